"""The numeric content of a column, also where numbers lie among odd words or are stored as text."""

from collections import Counter
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from sampark.domain.value import Column
from sampark.execution.tables.numbers import NotNumbers, read_numbers
from sampark.execution.tables.store import fetch, quoted, run


@dataclass(frozen=True)
class Figures:
    """A column's numbers: the SQL name to measure, how many cells were none, and one of these."""

    column: str
    sql: str
    left_out: int = 0
    example: str = ""


def figures(engine: DuckDBPyConnection, column: Column, *, share: float = 0.9) -> Figures | None:
    """Return a column's numbers, or None where too few of its cells are numbers.

    A text column gets a hidden twin in `data`, in which cells that are no numbers are missing.

    Args:
        engine: Where the table stands as `data`.
        column: The column.
        share: The least share of filled cells that must be numbers.
    """
    if column.kind == "number":
        return Figures(column.name, quoted(column.name))
    if column.kind != "text":
        return None
    cells = [row[0] for row in fetch(engine, "select", quoted(column.name), "from data")]
    texts = Counter(cell for cell in cells if isinstance(cell, str))
    read = read_numbers(texts)
    odd = read.odd if isinstance(read, NotNumbers) else ()
    left_out = sum(texts[text] for text in odd)
    if odd:
        read = read_numbers(texts.keys() - set(odd))
    if isinstance(read, NotNumbers) or left_out > (1 - share) * texts.total():
        return None
    values = [None if cell is None else read.values.get(str(cell)) for cell in cells]
    return _twin(engine, column, values, left_out, odd)


def _twin(
    engine: DuckDBPyConnection,
    column: Column,
    values: list[int | float | None],
    left_out: int,
    odd: tuple[str, ...],
) -> Figures:
    name = f"{column.name} (figures)"
    twin = quoted(name)
    result = Figures(column.name, twin, left_out, odd[0] if odd else "")
    if name in {
        field[0] for field in engine.execute("select * from data limit 0").description or []
    }:
        return result
    run(engine, "create table twin as select unnest(?::double[]) as", twin, values=[values])
    run(engine, "create table wider as select * from data positional join twin")
    run(engine, "drop table data")
    run(engine, "drop table twin")
    run(engine, "alter table wider rename to data")
    return result
