from datetime import UTC, date, datetime

import pytest

from sampark.domain.value import Column, Table
from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.tables.conditions import read_condition
from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.match import find_column
from sampark.execution.tables.store import fetch, keep, opened
from sampark.execution.tables.where import take_apart

BENCH = MemoryBench.alone(datetime(2024, 5, 1, tzinfo=UTC))
DAYS = [date(2024, 1, 15), date(2024, 2, 15), date(2024, 2, 29), date(2023, 12, 31), None]
TABLE = keep(
    BENCH,
    "sales.csv",
    [
        Typed("Region", "text", ["North", " north", "South", "O'Brien; DROP", None]),
        Typed("Unit price", "number", [1.5, 2.5, 10.0, -3.0, None]),
        Typed("List price", "text", ["$5", "7", "ask", "1,000", None]),
        Typed("Order date", "date", DAYS),
        Typed("Paid", "boolean", [True, False, True, None, False]),
        Typed("In stock", "number", [1, 2, 3, 4, 5]),
        Typed('od"d', "number", [1, 2, 3, 4, 5]),
    ],
)


def columns(*names: str) -> Table:
    kinds = tuple(Column(name=name, kind="number") for name in names)
    return Table(name="t", columns=kinds, rows=1, sha256="0")


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("Amount", "Amount"),
        ("AMOUNT", "Amount"),
        ("the amounts", "Amount"),
        ("amonut", "Amount"),
        ("unit_price", "Unit Price"),
        ("unitprice", "Unit Price"),
        ("sold quantities", "Quantity sold"),
        ("quantity", "Quantity sold"),
        ("customer names", "customerName"),
        ("total revenue (EUR)", "Revenue"),
    ],
)
def test_a_phrase_finds_its_column(phrase, name):
    table = columns("Amount", "Unit Price", "Quantity sold", "customerName", "Revenue", "amount b")
    assert find_column(table, phrase).name == name


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("price", "“price” may mean “Unit price” and “List price”. Please name one"),
        ("pricing", "There is no column “pricing”. The nearest are “Unit price” and “List price”."),
        ("zzz", "There is no column “zzz”. The table has “Unit price”, “List price” and “Region”."),
    ],
)
def test_a_miss_names_the_nearest(phrase, words):
    with pytest.raises(StepFailed, match=words):
        find_column(columns("Unit price", "List price", "Region"), phrase)


@pytest.mark.parametrize(
    ("phrase", "column", "comparison", "value"),
    [
        ("region is North", "Region", "is", "North"),
        ("where Region is not 'North'", "Region", "is not", "North"),
        ("unit price>=5", "Unit price", "is at least", "5"),
        ("unit price not more than 5", "Unit price", "is at most", "5"),
        ("unit price between 5 and 10", "Unit price", "is between", "5 and 10"),
        ("order date since March 2024", "Order date", "is at least", "March 2024"),
        ("in stock is over 3", "In stock", "is over", "3"),
        ("region: South", "Region", "is", "South"),
        ("region contains or", "Region", "contains", "or"),
        ("region starts with N", "Region", "starts with", "N"),
        ("region is empty", "Region", "is empty", ""),
        ("region not empty", "Region", "is filled", ""),
        ("region North", "Region", "is", "North"),
        ("region is one of A, B", "Region", "is one of", "A, B"),
        ("regoin = x", "Region", "is", "x"),
    ],
)
def test_conditions_are_taken_apart(phrase, column, comparison, value):
    parts = take_apart(TABLE, phrase, lambda _: None)
    assert (parts.column.name, parts.comparison, parts.value) == (column, comparison, value)


def fitting(phrase: str) -> list[int]:
    with opened(BENCH, TABLE) as engine:
        found = read_condition(engine, TABLE, phrase)
        rows = fetch(engine, "select rowid from data where", found.sql, values=found.parameters)
        return sorted(int(str(row[0])) for row in rows)


@pytest.mark.parametrize(
    ("phrase", "rows"),
    [
        ("region is NORTH", [0, 1]),
        ("North", [0, 1]),
        ("region is not north", [2, 3, 4]),
        ("region is empty", [4]),
        ("region is filled", [0, 1, 2, 3]),
        ("region in North, South", [0, 1, 2]),
        ("region is one of South or O'Brien; DROP", [2, 3]),
        ("region contains ORT", [0, 1]),
        ("region ends with th", [0, 1, 2]),
        ("region = O'Brien; DROP", [3]),
        ("region is ' OR 1=1 --", []),
        ("unit price over 2", [1, 2]),
        ("unit price at most 1.5", [0, 3]),
        ("unit price is -3", [3]),
        ("unit price between 10 and 2", [1, 2]),
        ("unit price one of 1.5, 10", [0, 2]),
        ("in stock under 0.002k", [0]),
        ("list price over 6", [1, 3]),
        ("order date in 2024", [0, 1, 2]),
        ("2023", [3]),
        ("order date in February 2024", [1, 2]),
        ("order date is 2024-02-29", [2]),
        ("order date after 15 Feb 2024", [2]),
        ("order date before 2024", [3]),
        ("order date until 2023", [3]),
        ("order date since 2024-02", [1, 2]),
        ("order date is not in 2024", [3]),
        ("order date between 2024-01-15 and 2024-02-15", [0, 1]),
        ("paid is yes", [0, 2]),
        ("paid is not true", [1, 4]),
        ('od"d is over 4', [4]),
        ("February", [1, 2]),
        ("Order date is not Feb", [0, 3]),
    ],
)
def test_conditions_choose_rows(phrase, rows):
    assert fitting(phrase) == rows


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("unit price over cheap", "“Unit price” holds numbers, and “cheap” is none"),
        ("unit price contains 5", "Ask for over or under"),
        ("order date after Easter", "“Easter” is none. Write it as 2024-01-31"),
        ("order date contains 5", "Ask for after or before"),
        ("paid is maybe", "holds yes or no"),
        ("region over 5", "holds text"),
        ("unit price between 5", "has one end only"),
        ("unit price over", "has no value"),
        ("whatever", "names no column. The table has"),
        ("", "names no column"),
    ],
)
def test_conditions_that_do_not_fit_are_told(phrase, words):
    with pytest.raises(StepFailed, match=words):
        fitting(phrase)


def test_a_value_that_is_not_there_comes_with_those_that_are():
    with opened(BENCH, TABLE) as engine:
        found = read_condition(engine, TABLE, "region is Nort")
    assert found.hint == "No cell of “Region” is “Nort”; there is “North” and others."
