from datetime import UTC, date, datetime

import pytest

from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.store import keep, read_columns
from sampark.execution.tools.ask import AskTable, ask_table

BENCH = MemoryBench.alone(datetime(2024, 5, 1, tzinfo=UTC))
TABLE = keep(
    BENCH,
    "sales",
    [
        Typed("Order ID", "number", [1, 2, 3, 4, 5, 6]),
        Typed("Region", "text", ["North", "north ", "South", "East", None, "North"]),
        Typed("Amount", "number", [1000.5, 200, 300, 300, 50, None]),
        Typed("Price", "text", ["$1", "2", "ask", "4", "5", "6"]),
        Typed("Day", "date", [date(2024, m, 1) for m in (1, 1, 2, 2, 3, 3)]),
        Typed("Gap", "empty", [None] * 6),
    ],
)


def ask(measure, **words):
    found = ask_table(AskTable(table=TABLE, measure=measure, **words), BENCH)
    return found.answer.markdown, found.table


@pytest.mark.parametrize(
    ("measure", "words", "answer"),
    [
        (
            "sum",
            {"column": "amount"},
            "The sum of “Amount” is **1,850.5**, over 5 rows. 1 row without a number was left out.",
        ),
        (
            "average",
            {"column": "amounts", "where": ["region is north"]},
            "The average of “Amount” where “Region” is north is **600.25**, over 2 rows. "
            "1 row without a number was left out.",
        ),
        ("median", {"column": "order id"}, "The median of “Order ID” is **3.5**, over 6 rows."),
        (
            "max",
            {"column": "price"},
            "The highest “Price” is **6**, over 5 rows. “Price” is text; cells that are no "
            "numbers, such as “ask”, were left out. 1 row without a number was left out.",
        ),
        ("min", {"column": "day"}, "The lowest “Day” is **2024-01-01**, over 6 rows."),
        ("count", {}, "**6 rows** are in the table."),
        ("count", {"where": ["amount over 250"]}, "**3 rows** fit where “Amount” is over 250."),
        ("count", {"where": ["amount over 900"]}, "**1 row** fits where “Amount” is over 900."),
        ("count", {"column": "region"}, "**5 rows** of 6 have a value in “Region”."),
        (
            "count",
            {"where": ["region is Noth"]},
            "No row fits where “Region” is Noth. No cell of “Region” is “Noth”; there is "
            "“north”, “South” and others.",
        ),
        (
            "list",
            {"column": "day", "where": ["South"]},
            "“Day” has **1 different value** where “Region” is South.",
        ),
        (
            "sum",
            {"column": "amount", "where": ["order id is 6"]},
            "The sum of “Amount” where “Order ID” is 6 cannot be told: no row has a value. "
            "1 row without a number was left out.",
        ),
    ],
)
def test_a_question_has_a_plain_answer(measure, words, answer):
    assert ask(measure, **words)[0] == answer


def test_groups_are_ranked_and_spellings_count_as_one():
    words, table = ask("sum", column="amount", by="region")
    assert words == (
        "The sum of “Amount” by “Region”: highest for **North** with **1,200.5**; 4 groups. "
        "Spellings such as “North” and “north” count as one. 1 row without a number was left out.\n"
        "\n| Region | sum of Amount |\n| --- | ---: |\n| North | 1,200.5 |\n| East | 300 |\n"
        "| South | 300 |\n| (empty) | 50 |"
    )
    assert [list(column.values) for column in read_columns(BENCH, table)] == [
        ["North", "East", "South", None],
        [1200.5, 300.0, 300.0, 50.0],
    ]


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ("month", ["2024-01", "2024-02", "2024-03"]),
        ("quarter", ["2024-Q1"]),
        ("year", ["2024"]),
        ("week", [date(2024, 1, 1), date(2024, 1, 29), date(2024, 2, 26)]),
        ("day", [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]),
    ],
)
def test_groups_over_time_stand_in_order(by, labels):
    _, table = ask("count", by=by)
    assert list(read_columns(BENCH, table)[0].values) == labels


def test_ties_at_the_cut_are_told():
    words, table = ask("top", column="amount", n=2)
    assert words.startswith(
        "The 2 rows with the highest “Amount”; the first has **1,000.5**. One more ties with the last place."
    )
    assert [column.name for column in table.columns] == [
        "Region", "Amount", "Order ID", "Price", "Day",
    ]  # fmt: skip
    words, _ = ask("bottom", column="amount", by="region", n=2)
    assert words.startswith(
        "The 2 lowest “Region” by sum of Amount, led by rows without a value with **50**. "
        "One more ties with the last place."
    )


def test_top_groups_without_a_column_are_ranked_by_amount_else_by_rows():
    words, table = ask("top", by="region", n=1)
    assert words.startswith("The highest “Region” by sum of Amount is **North** with **1,200.5**.")
    assert table.rows == 1
    plain = keep(BENCH, "visits", [Typed("Region", "text", ["North", "South", "North"])])
    given = AskTable(table=plain, measure="top", by="region", n=1)
    words = ask_table(given, BENCH).answer.markdown
    assert words.startswith("The highest “Region” by rows is **North** with **2**.")


def test_a_list_shows_rows_that_fit():
    words, table = ask("list", where=["amount at least 300"], n=2)
    assert words.startswith(
        "**3 rows** fit where “Amount” is at least 300; the first 2 follow.\n\n| Order ID |"
    )
    assert table.rows == 2


def test_a_large_answer_shows_ten_rows_and_says_so():
    many = keep(BENCH, "many", [Typed("a", "text", [f"x{n:02}" for n in range(30)])])
    found = ask_table(AskTable(table=many, measure="count", by="a"), BENCH)
    assert found.answer.markdown.endswith("| x09 | 1 |\n\n20 more rows are not shown here.")
    assert found.table.rows == 30


def test_text_of_the_table_is_no_markup_in_the_answer():
    nasty = keep(BENCH, "n", [Typed("a|b", "text", ["[x](http://e.example)", "<b>|</b>"])])
    words = ask_table(AskTable(table=nasty, measure="count", by="a|b"), BENCH).answer.markdown
    assert "| \\<b\\>\\|\\</b\\> | 1 |" in words
    assert "[x](" not in words


@pytest.mark.parametrize(
    ("measure", "words", "message"),
    [
        ("sum", {"column": "profit"}, "There is no column “profit”. The nearest is “Price”"),
        (
            "sum",
            {"column": "region"},
            "“Region” holds text, not numbers. Columns with numbers are “Order ID” and “Amount”",
        ),
        ("sum", {"column": "day"}, "“Day” holds dates, not numbers"),
        ("sum", {"column": "gap"}, "“Gap” holds nothing"),
        ("sum", {"column": "amount", "by": "shop"}, "There is no column “shop”"),
        ("sum", {"column": "amount", "where": ["shop is 5"]}, "names no column"),
    ],
)
def test_what_does_not_fit_is_told_with_the_nearest(measure, words, message):
    with pytest.raises(StepFailed, match=message):
        ask(measure, **words)


def test_the_only_column_of_numbers_needs_no_name():
    assert ask("sum")[0].startswith("The sum of “Amount” is **1,850.5**")
    two = keep(BENCH, "t", [Typed("a", "number", [1]), Typed("b", "number", [2])])
    with pytest.raises(
        StepFailed, match="needs a column to measure. Columns with numbers are “a” and “b”"
    ):
        ask_table(AskTable(table=two, measure="sum"), BENCH)


def test_names_that_collide_with_the_result_are_kept_apart():
    odd = keep(BENCH, "t", [Typed("rows", "text", ["a", "a"]), Typed("sum of x", "number", [1, 2])])
    assert [c.name for c in ask_table(AskTable(table=odd, measure="count", by="rows"), BENCH).table.columns] == [
        "rows", "count",
    ]  # fmt: skip
    for measure in ("top", "bottom", "list"):
        ask_table(AskTable(table=odd, measure=measure, column="sum of x"), BENCH)
    ask_table(AskTable(table=odd, measure="sum", column="sum of x", by="sum of x"), BENCH)


@pytest.mark.parametrize(
    ("measure", "words", "title"),
    [
        ("sum", {"column": "amount", "by": "region"}, "Sum of Amount by Region"),
        ("average", {"column": "amounts"}, "Average of Amount"),
        ("count", {"by": "region"}, "Number of rows by Region"),
        ("top", {"column": "amount", "by": "region", "n": 2}, "Highest Region by sum of Amount"),
        ("count", {"where": ["region is north"]}, "Number of rows where “Region” is north"),
    ],
)
def test_a_result_is_called_by_what_was_really_asked(measure, words, title):
    assert ask_table(AskTable(table=TABLE, measure=measure, **words), BENCH).title == title


def test_a_total_by_something_is_that_of_the_column_total():
    columns = [
        Typed("Customer", "text", ["Ann", "Bob", "Ann"]),
        Typed("Price", "number", [1, 2, 3]),
        Typed("Total", "number", [10, 25, 30]),
    ]
    table = keep(BENCH, "orders", columns)
    for measure in ("sum", "top"):
        given = AskTable(table=table, measure=measure, by="customer")
        assert "**40**" in ask_table(given, BENCH).answer.markdown
