from datetime import UTC, date, datetime

import duckdb
import pytest

from sampark.domain.value import Column
from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.tables.figures import figures
from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.store import (
    count_rows,
    fetch,
    keep,
    keep_parquet,
    keep_query,
    opened,
    quoted,
    read_columns,
)

BENCH = MemoryBench.alone(datetime(2024, 5, 1, tzinfo=UTC))


def parquet(tmp_path, query: str) -> bytes:
    path = tmp_path / "x.parquet"
    with duckdb.connect() as engine:
        engine.execute(f"copy ({query}) to '{path}' (format parquet)")
    return path.read_bytes()


def test_columns_come_back_as_they_went_in():
    columns = [
        Typed('a "quoted", name', "number", [1, None, 3]),
        Typed("b", "number", [1.5, 2.0, None]),
        Typed("c", "text", ["x'; drop table data; --", "ü\n2", None]),
        Typed("d", "date", [date(2024, 1, 1), None, date(2024, 2, 29)]),
        Typed("e", "date", [datetime(2024, 1, 1, 5, 6), None, datetime(2024, 1, 1)]),
        Typed("f", "boolean", [True, False, None]),
        Typed("g", "empty", [None, None, None]),
        Typed("h", "number", [2**70, 1, None]),
    ]
    table = keep(BENCH, "a.csv", columns)
    assert (table.name, table.rows) == ("a", 3)
    assert table.columns[0] == Column(name='a "quoted", name', kind="number")
    back = read_columns(BENCH, table)
    assert [list(column.values) for column in back] == [
        *(list(column.values) for column in columns[:-1]),
        [float(2**70), 1.0, None],
    ]


def test_the_same_columns_give_the_same_bytes():
    columns = [Typed("a", "text", ["x", "y"] * 50)]
    assert keep(BENCH, "a", columns).sha256 == keep(BENCH, "a", columns).sha256


def test_a_table_without_rows_can_be_kept():
    table = keep(BENCH, "a", [Typed("a", "text", []), Typed("b", "number", [])])
    assert [list(column.values) for column in read_columns(BENCH, table)] == [[], []]


def test_many_rows_keep_their_order():
    table = keep(BENCH, "a", [Typed("a", "number", list(range(120_000)))])
    assert list(read_columns(BENCH, table)[0].values) == list(range(120_000))


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('/etc/passwd')",
        "copy data to '/tmp/sampark-escape.csv'",
        "install httpfs",
        "attach '/tmp/sampark-escape.db'",
        "set enable_external_access = true",
    ],
)
def test_sql_reaches_nothing_of_this_machine(query):
    table = keep(BENCH, "a", [Typed("a", "number", [1])])
    with opened(BENCH, table) as engine, pytest.raises(duckdb.Error):
        engine.execute(query)


def test_a_query_becomes_a_table_with_kinds():
    table = keep(BENCH, "a", [Typed("a", "number", [3, 1]), Typed("t", "text", ["x", "y"])])
    with opened(BENCH, table) as engine:
        kept = keep_query(
            BENCH, engine, "b", "select sum(a)::double as s, null::varchar as e from data"
        )
        assert count_rows(engine) == 1
    assert [(column.name, column.kind) for column in kept.columns] == [
        ("s", "number"),
        ("e", "empty"),
    ]


def test_an_attached_parquet_file_is_read_and_made_plain(tmp_path):
    content = parquet(
        tmp_path,
        "select 1::tinyint as a, 1.5::decimal(9,2) as b, 'nan'::double as c, [1,2] as d, "
        "timestamptz '2024-01-01 00:00:00+02' as e, true as f, 1::hugeint as g, null as h",
    )
    table = keep_parquet(BENCH, "x.parquet", content)
    assert [column.kind for column in table.columns] == [
        "number", "number", "empty", "text", "date", "boolean", "number", "empty",
    ]  # fmt: skip
    values = [column.values[0] for column in read_columns(BENCH, table)]
    assert values == [1, 1.5, None, "[1, 2]", datetime(2023, 12, 31, 22), True, 1.0, None]


def test_a_parquet_file_that_is_damaged_or_too_large_is_told(tmp_path):
    with pytest.raises(StepFailed, match="“x.parquet” is not a Parquet file that can be read"):
        keep_parquet(BENCH, "x.parquet", b"PAR1 broken PAR1")
    many = parquet(tmp_path, "select * from range(200001)")
    with pytest.raises(StepFailed, match="larger than 200,000 rows"):
        keep_parquet(BENCH, "x.parquet", many)


def test_numbers_among_words_are_measured_and_the_rest_is_counted():
    texts = ["$1,000", "2.5", "ask", None, *["3"] * 20]
    table = keep(BENCH, "a", [Typed("p", "text", texts), Typed("q", "text", ["a"] * 24)])
    with opened(BENCH, table) as engine:
        found = figures(engine, table.columns[0])
        assert figures(engine, table.columns[0]) == found
        assert figures(engine, table.columns[1]) is None
        total = fetch(engine, "select sum(", found.sql, ") from data")[0][0]
    assert (total, found.left_out, found.example) == (1062.5, 1, "ask")


def test_identifiers_are_quoted():
    assert quoted('a"b') == '"a""b"'
