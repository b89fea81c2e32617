"""Tables in the blob store: Parquet in, SQL over them, Parquet out, and no network."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from duckdb import DuckDBPyConnection

from sampark.domain.ports import Bench
from sampark.domain.value import Column, Table
from sampark.errors import StepFailed
from sampark.execution.limits import CELLS, COLUMNS, ROWS
from sampark.execution.naming import stem
from sampark.execution.sniff import MEDIA_TYPES
from sampark.execution.tables.kinds import Kind, Scalar, Typed

_CHUNK = 50_000  # rows handed to the engine at once
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "threads": "2",
}
_LARGEST = 2**63 - 1


def quoted(name: str) -> str:
    """Return a column's name as an SQL identifier; any name is safe."""
    return '"' + name.replace('"', '""') + '"'


def keep(bench: Bench, name: str, columns: Sequence[Typed]) -> Table:
    """Store typed columns as a table.

    Args:
        bench: Where the Parquet bytes go.
        name: What the table is called; a file's name loses its suffix.
        columns: All of one length, names unique in any case.
    """
    with _connection() as engine:
        kinds = [(column, _sql_type(column)) for column in columns]
        fields = ", ".join(f"{quoted(column.name)} {kind}" for column, kind in kinds)
        run(engine, "create table data (", fields, ")")
        filling = ", ".join(f"unnest(?::{kind}[])" for _, kind in kinds)
        for start in range(0, len(columns[0].values), _CHUNK):
            chunk = [list(column.values[start : start + _CHUNK]) for column in columns]
            run(engine, "insert into data select", filling, values=chunk)
        kept = [Column(name=column.name, kind=column.kind) for column in columns]
        return _write(bench, engine, name, kept)


@contextmanager
def opened(bench: Bench, table: Table) -> Generator[DuckDBPyConnection]:
    """Open a stored table as the SQL table `data`, rows in their order. It reaches nothing else."""
    with _connection() as engine:
        load_parquet(engine, bench.read(table))
        yield engine


def load_parquet(engine: DuckDBPyConnection, content: bytes) -> None:
    """Create the SQL table `data` from Parquet bytes; raises duckdb.Error on damaged ones."""
    path = _folder(engine) / "in.parquet"
    path.write_bytes(content)
    engine.execute("create table data as select * from read_parquet(?)", [str(path)])


def keep_parquet(bench: Bench, name: str, content: bytes) -> Table:
    """Store an attached Parquet file as a table; kinds without a plain form become text.

    Raises:
        StepFailed: The file is damaged or beyond the limits.
    """
    with _connection() as engine:
        try:
            load_parquet(engine, content)
        except duckdb.Error:
            raise StepFailed(f"“{name}” is not a Parquet file that can be read.") from None
        found = engine.execute("select * from data limit 0").description or []
        rows = count_rows(engine)
        if rows > ROWS or len(found) > COLUMNS or rows * len(found) > CELLS:
            raise StepFailed(f"“{name}” is larger than {ROWS:,} rows by {COLUMNS:,} columns.")
        plain = ", ".join(_plain(field[0], str(field[1])) for field in found)
        return keep_query(bench, engine, name, "select", plain, "from data")


def keep_query(
    bench: Bench, engine: DuckDBPyConnection, name: str, *parts: str, values: Sequence[object] = ()
) -> Table:
    """Store what one query over `data` gives as a table; the engine's `data` becomes the result."""
    run(engine, "create table result as", *parts, values=values)
    run(engine, "drop table data")
    run(engine, "alter table result rename to data")
    found = engine.execute("select * from data limit 0").description or []
    columns = [
        Column(name=field[0], kind=_kind(engine, field[0], str(field[1]))) for field in found
    ]
    return _write(bench, engine, name, columns)


def run(engine: DuckDBPyConnection, *parts: str, values: Sequence[object] = ()) -> None:
    """Run one statement, its parts joined by spaces. Names come in `quoted`, all else as values."""
    engine.execute(" ".join(parts), list(values))


def fetch(
    engine: DuckDBPyConnection, *parts: str, values: Sequence[object] = ()
) -> list[tuple[Scalar, ...]]:
    """Run one query, its parts joined by spaces, and return all rows as plain values."""
    found = engine.execute(" ".join(parts), list(values)).fetchall()
    return [tuple(_scalar(cell) for cell in row) for row in found]


def count_rows(engine: DuckDBPyConnection) -> int:
    """Return how many rows `data` has."""
    return int(engine.execute("select count(*) from data").fetchall()[0][0])


def read_columns(bench: Bench, table: Table) -> list[Typed]:
    """Return a stored table as typed columns."""
    with opened(bench, table) as engine:
        rows = fetch(engine, "select * from data")
    values = zip(*rows, strict=True) if rows else ([] for _ in table.columns)
    return [
        Typed(column.name, column.kind, list(cells))
        for column, cells in zip(table.columns, values, strict=True)
    ]


@contextmanager
def _connection() -> Generator[DuckDBPyConnection]:
    """Open an engine that may touch one fresh folder and nothing else."""
    with TemporaryDirectory(prefix="sampark-") as folder:
        engine = duckdb.connect(":memory:", config={**_CONFIG, "temp_directory": folder})
        try:
            engine.execute("set timezone = 'UTC'")
            # From here on the temporary folder is the only one that can be opened.
            engine.execute("set enable_external_access = false")
            yield engine
        finally:
            engine.close()


def _folder(engine: DuckDBPyConnection) -> Path:
    found = engine.execute("select current_setting('temp_directory')").fetchall()
    return Path(found[0][0])


def _write(bench: Bench, engine: DuckDBPyConnection, name: str, columns: list[Column]) -> Table:
    path = _folder(engine) / "out.parquet"
    target = str(path).replace("'", "''")
    run(engine, f"copy data to '{target}' (format parquet, compression zstd)")
    content = path.read_bytes()
    title = stem(name) if "." in name else name
    file = bench.write(f"{title}.parquet", MEDIA_TYPES["parquet"], content)
    return Table(name=title, columns=tuple(columns), rows=count_rows(engine), sha256=file.sha256)


def _sql_type(column: Typed) -> str:
    values = [value for value in column.values if value is not None]
    match column.kind:
        case "number":
            whole = all(isinstance(value, int) and abs(value) <= _LARGEST for value in values)
            return "bigint" if whole else "double"
        case "date":
            return "timestamp" if any(isinstance(value, datetime) for value in values) else "date"
        case "boolean":
            return "boolean"
        case _:
            return "varchar"


_PLAIN: dict[str, str] = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "FLOAT": "double",
    "DOUBLE": "double",
    "HUGEINT": "double",
    "UHUGEINT": "double",
    "UBIGINT": "double",
    "TINYINT": "bigint",
    "SMALLINT": "bigint",
    "INTEGER": "bigint",
    "BIGINT": "bigint",
    "UTINYINT": "bigint",
    "USMALLINT": "bigint",
    "UINTEGER": "bigint",
}
_KINDS: dict[str, Kind] = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "date",
    "BIGINT": "number",
    "DOUBLE": "number",
}


def _plain(name: str, found: str) -> str:
    kind = "timestamp" if found.startswith("TIMESTAMP") else _PLAIN.get(found, "varchar")
    kind = "double" if found.startswith("DECIMAL") else kind
    cast = f"cast({quoted(name)} as {kind})"
    # NaN and infinity stand for "no value" in measurements, and every mean would become one.
    shown = f"case when isfinite({cast}) then {cast} end" if kind == "double" else cast
    return f"{shown} as {quoted(name)}"


def _kind(engine: DuckDBPyConnection, name: str, found: str) -> Kind:
    filled = fetch(engine, "select count(", quoted(name), ") from data")[0][0]
    return _KINDS.get(found, "text") if filled else "empty"


def _scalar(value: object) -> Scalar:
    if value is None or isinstance(value, str | int | float | date):
        return value
    return str(value)
