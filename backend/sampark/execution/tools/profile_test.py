from datetime import UTC, date, datetime, timedelta

from sampark.execution.bench import MemoryBench
from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.store import keep, read_columns
from sampark.execution.tools.profile import ProfileTable, profile_table

BENCH = MemoryBench.alone(datetime(2024, 5, 1, tzinfo=UTC))


def profile(*columns: Typed):
    return profile_table(ProfileTable(table=keep(BENCH, "sales.csv", columns)), BENCH)


def told(table) -> dict[str, list]:
    return {column.name: list(column.values) for column in read_columns(BENCH, table)}


def test_a_table_is_described_with_what_is_odd_in_it():
    count = 40
    amounts = [float(n % 7 + 10) for n in range(count)]
    amounts[5], amounts[9] = 900.0, None
    found = profile(
        Typed("Order ID", "number", [1000 + n for n in range(count)]),
        Typed("Day", "date", [date(2024, 1, 1) + timedelta(days=n) for n in range(count)]),
        Typed("Region", "text", ["North", "north", "South", "South"] * (count // 4)),
        Typed("Amount", "number", amounts),
        Typed("Double", "number", [None if a is None else 2 * a for a in amounts]),
        Typed("Price", "text", ["ask", *[f"${n % 3}" for n in range(count - 1)]]),
        Typed("Paid", "boolean", [True] * count),
        Typed("Note", "empty", [None] * count),
    )
    assert found.summary.markdown == (
        "- **sales** has 40 rows, 8 columns: 3 columns of numbers, 2 columns of text, 1 column of "
        "dates, 1 column of yes or no and 1 empty column.\n"
        "- 42 of 320 cells are missing (13.1%); most in “Note” (40, 100%), “Amount” (1, 2.5%) and "
        "“Double” (1, 2.5%).\n"
        "- No row is an exact copy of another.\n"
        "- Values far from the rest: “Amount” (1, such as 900) and “Double” (1, such as 1,800).\n"
        "- “Day” runs from 2024-01-01 to 2024-02-09.\n"
        "- The most frequent “Region” is “South” (50%).\n"
        "- The most frequent “Paid” is “yes” (100%).\n"
        "- “Amount” and “Double” move together (correlation 1.00).\n"
        "- “Region” has spellings that differ only in case or spaces: “North” and “north”.\n"
        "- “Price” holds numbers, but 1 cell does not read as one, such as “ask”.\n"
        "- “Paid” has one value only, “yes”."
    )
    columns = told(found.columns)
    assert columns["missing"] == [0, 0, 0, 1, 1, 0, 0, 40]
    assert columns["distinct"][:3] == [40, 40, 3]
    assert columns["mean"][0] == 1019.5
    assert columns["first"][1] == "2024-01-01"
    assert told(found.missing)["column"] == ["Note", "Amount", "Double"]
    outliers = told(found.outliers)
    assert outliers["column"] == ["Amount", "Double"]
    assert outliers["most extreme"] == ["900 (row 6)", "1,800 (row 6)"]


def test_a_clean_table_says_so():
    found = profile(Typed("a", "number", [1, 2, 3]), Typed("b", "text", ["x", "y", "z"]))
    assert "No cell is missing." in found.summary.markdown
    assert "No number lies far from the rest" in found.summary.markdown
    assert (found.missing.rows, found.outliers.rows) == (0, 0)


def test_copies_of_rows_are_counted():
    found = profile(Typed("a", "number", [1, 1, 1, 2]), Typed("b", "text", ["x", "x", "x", "y"]))
    assert "2 rows are exact copies of an earlier row." in found.summary.markdown


def test_quartiles_and_deviation_are_the_usual_ones():
    found = told(profile(Typed("a", "number", [1, 2, 3, 4, 10])).columns)
    assert [found[name][0] for name in ("min", "q1", "median", "mean", "q3", "max", "sd")] == [
        1, 2, 3, 4, 4, 10, 3.53553,
    ]  # fmt: skip


def test_one_row_and_only_text_and_nothing_but_gaps():
    profile(Typed("a", "number", [5]))
    profile(Typed("a", "text", ["x"]))
    profile(Typed("a", "empty", [None, None]), Typed("b", "number", [None, None]))


def test_names_and_values_are_no_markup():
    found = profile(Typed("[a](x)", "text", ["<b>", "<b>", "*c*"]))
    assert "“\\[a\\](x)” is “\\<b\\>”" in found.summary.markdown
