from datetime import UTC, date, datetime, time

import pytest

from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.sniff import load
from sampark.execution.tables.delimited import find_delimiter, read_delimited
from sampark.execution.tables.grid import Collector, Grid
from sampark.execution.tables.header import frame
from sampark.execution.tables.kinds import infer
from sampark.execution.tables.reading import Sheet, read_grid, type_grid

BENCH = MemoryBench.alone(datetime(2024, 5, 1, tzinfo=UTC))


def read(content: str | bytes, name: str = "a.csv", sheet: str = "") -> Sheet:
    raw = content if isinstance(content, bytes) else content.encode()
    kind, content = load(BENCH, BENCH.write(name, "text/csv", raw))
    return type_grid(name, read_grid(name, kind, content, sheet=sheet))


def told(sheet: Sheet) -> dict[str, tuple[str, list]]:
    return {column.name: (column.kind, list(column.values)) for column in sheet.columns}


def test_a_german_export_is_read_whole():
    sheet = read(
        "Umsatz 2024\n\nName;Betrag;Datum;PLZ;ok\nA;1.234,56 €;31.01.2024;01234;yes\n"
        "B;12,5 €;01.02.2024;12345;no\nC;n/a;03.02.2024;12345;no\nGesamt;1.247,06;;;\n".encode(
            "cp1252"
        )
    )
    assert told(sheet) == {
        "Name": ("text", ["A", "B", "C"]),
        "Betrag": ("number", [1234.56, 12.5, None]),
        "Datum": ("date", [date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 3)]),
        "PLZ": ("text", ["01234", "12345", "12345"]),
        "ok": ("boolean", [True, False, False]),
    }
    assert sheet.notes == (
        "It was read as Windows-1252, as it is not UTF-8.",
        "Cells are separated by semicolons.",
        "1 row above the header left out.",
        "The last row is the total of the rows above and was left out.",
        "“Betrag” is in €.",
        "In “Betrag”, “n/a” was read as missing (1 cell).",
    )


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b\n1,2\n", ","),
        ("name;price\nx;1,5\ny;2,5\n", ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('a,b\n"x;y;z",1\n"p;q",2\n', ","),
        ("word\nother\n", ","),
        ("", ","),
    ],
)
def test_the_separator_is_found_by_regularity(text, mark):
    assert find_delimiter(text) == mark


def test_quotes_may_hold_breaks_and_a_stray_quote_is_a_sign():
    assert told(read('a,b\n1,"x\ny, ""z"""\n2,w\n'))["b"] == ("text", ['x\ny, "z"', "w"])
    assert told(read('size,n\n5" pipe,1\n"6 pipe,2\n'))["size"] == ("text", ['5" pipe', '"6 pipe'])


def test_a_told_separator_is_obeyed():
    assert told(read("sep=;\na;b\n1;2,5\n"))["b"] == ("number", [2.5])


def test_ragged_rows_empty_and_repeated_headers():
    sheet = read("a,b,a,\n1,2,3,4\n5,x,6,7,8\n")
    assert told(sheet) == {
        "a": ("number", [1, 5]),
        "b": ("text", ["2", "x"]),
        "a (2)": ("number", [3, 6]),
        "column 4": ("number", [4, 7]),
        "column 5": ("number", [None, 8]),
    }
    assert "The second “a” is called “a (2)”." in sheet.notes


def test_headers_that_differ_only_in_case_are_told_apart():
    assert [column.name for column in read("Name,name,NAME\na,b,c\n").columns] == [
        "Name",
        "name (2)",
        "NAME (3)",
    ]


def test_without_a_header_columns_are_numbered():
    sheet = read("1\t2.5\t2024-01-01\n3\t4\t2024-01-02\n", "a.tsv")
    assert [column.name for column in sheet.columns] == ["column 1", "column 2", "column 3"]
    assert "There is no header row, so columns are numbered." in sheet.notes


def test_years_may_be_headers():
    assert list(told(read("Region,2019,2020\nN,1,2\nS,3,4\n"))) == ["Region", "2019", "2020"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("a,b,c\n", "has a header row and no rows under it"),
        (b"\x00\x01\x02\xff" * 100, "not a table"),
        ("%PDF-1.4 x", "is a PDF, not a table"),
        (",".join("x" * 501) + "\n1\n", "over 500 columns"),
        ("a\n" + "x" * 200_000 + "\n", "cell of over 128 KB"),
    ],
)
def test_what_is_no_table_is_told(content, words):
    with pytest.raises(StepFailed, match=words):
        read(content)


def test_the_limit_of_rows_is_told():
    collector = Collector("a.csv")
    for _ in range(200_001):
        collector.add(["1"])
    with pytest.raises(StepFailed, match="over 200,000 rows"):
        collector.add(["1"])


def test_formatted_but_empty_rows_at_the_end_do_not_count():
    collector = Collector("a.csv")
    collector.add(["a", None, " "])
    collector.add([None])
    collector.add(["b"])
    for _ in range(300_000):
        collector.add([None, ""])
    assert collector.rows() == [["a"], [None], ["b"]]


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        ([None, None], "empty", [None, None]),
        (["1", None, "-"], "number", [1, None, None]),
        ([1, "2", "3.5"], "number", [1, 2, 3.5]),
        (["yes", "No"], "boolean", [True, False]),
        ([True, "false"], "boolean", [True, False]),
        (["y", "yes"], "text", ["y", "yes"]),
        ([datetime(2024, 1, 1), "2024-01-02"], "date", [date(2024, 1, 1), date(2024, 1, 2)]),
        (
            [datetime(2024, 1, 1, 5), date(2024, 1, 2)],
            "date",
            [datetime(2024, 1, 1, 5), datetime(2024, 1, 2)],
        ),
        ([1, datetime(2024, 1, 1), True], "text", ["1", "2024-01-01", "yes"]),
        ([time(14, 30), "x"], "text", ["14:30", "x"]),
        (["NA", "DE"], "text", ["NA", "DE"]),
        (["#N/A", "DE"], "text", [None, "DE"]),
        (["-", "-"], "text", ["-", "-"]),
        ([0.1 + 0.2, "x"], "text", ["0.3", "x"]),
    ],
)
def test_a_column_has_the_kind_that_all_its_cells_have(cells, kind, values):
    typed = infer("x", cells)
    assert (typed.kind, list(typed.values)) == (kind, values)


def test_names_that_tell_labels_keep_digits_as_text():
    assert infer("Phone no", ["555123", "555124"]).kind == "text"
    assert infer("Order date", ["20240131"]).kind == "date"
    assert infer("Order", ["20240131"]).kind == "number"


def test_a_column_that_nearly_fits_stays_text_and_says_why():
    typed = infer("Price", [*map(str, range(30)), "ask"])
    assert typed.kind == "text"
    assert typed.notes == (
        "“Price” was kept as text: 1 of 31 cells are not numbers (row 31: “ask”).",
    )
    assert infer("P", ["$1", "2 €"]).notes == ("“P” was kept as text: several currencies ($, €).",)


def test_what_other_columns_prove_decides_a_column_in_doubt():
    sheet = read("a;b;d;e\n1,5;1.234;31/12/2024;03/04/2024\n2,5;2.345;30/12/2024;05/06/2024\n")
    assert told(sheet)["b"] == ("number", [1234, 2345])
    assert told(sheet)["e"][1] == [date(2024, 4, 3), date(2024, 6, 5)]


def test_a_total_that_is_no_sum_stays():
    assert len(read("a,b\nx,1\ny,2\nTotal,99\n").columns[0].values) == 3


def test_long_text_is_cut_and_told():
    typed = infer("x", ["a" * 40_000])
    assert len(typed.values[0]) == 32_767
    assert "cut" in typed.notes[0]


def test_rows_above_the_header_are_put_aside():
    rows = [["Report", None, None], [None] * 3, ["a", "b", "c"], [1, 2, 3], [4, 5, 6]]
    framed = frame("x", Grid(rows=rows))
    assert framed.names == ("a", "b", "c")
    assert framed.above == [["Report", None, None]]


def test_a_decimal_comma_is_expected_beside_semicolons():
    grid = read_delimited("a.csv", b"a;b\nx;1,234\ny;5,678\n")
    assert list(type_grid("a.csv", grid).columns[1].values) == [1.234, 5.678]
