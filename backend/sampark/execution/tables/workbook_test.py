from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from sampark.errors import StepFailed
from sampark.execution.archive import pack
from sampark.execution.tables.reading import type_grid
from sampark.execution.tables.workbook import read_sheets, read_workbook


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def filled(*rows, title="Data") -> Workbook:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def test_the_visible_sheet_with_most_data_is_read_and_told():
    book = filled(["note"], title="Cover")
    data = book.create_sheet("Data")
    for row in (["a", "b"], [1, 2], [3, 4]):
        data.append(row)
    hidden = book.create_sheet("Secret")
    hidden.sheet_state = "hidden"
    for _ in range(9):
        hidden.append([1, 2, 3])
    book.create_chartsheet("Chart").add_chart(BarChart())
    book.create_sheet("Empty")
    grid = read_workbook("a.xlsx", saved(book))
    assert grid.rows == [["a", "b"], [1, 2], [3, 4]]
    assert grid.notes == ("Sheet “Data” was read, as it holds most; not “Cover”.",)


@pytest.mark.parametrize("name", ["cover", " Cover ", "Covr"])
def test_a_sheet_is_found_by_name_and_by_a_near_one(name):
    book = filled(["note"], title="Cover")
    book.create_sheet("Data").append([1, 2, 3])
    assert read_workbook("a.xlsx", saved(book), sheet=name).rows == [["note"]]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(StepFailed, match="no sheet “Sales”. It has “Data”."):
        read_workbook("a.xlsx", saved(filled([1])), sheet="Sales")


def test_titles_dates_booleans_errors_and_empty_columns():
    book = filled(
        ["Report"],
        [],
        ["Day", "n", None, "ok", "e"],
        [datetime(2024, 1, 1), 1, None, True, "#N/A"],
        [datetime(2024, 1, 2), "2", None, False, 5],
        [datetime(2024, 1, 3), 3.5, None, True, 6],
    )
    book.active.merge_cells("A1:E1")
    sheet = type_grid("a.xlsx", read_workbook("a.xlsx", saved(book)))
    assert {column.name: (column.kind, list(column.values)) for column in sheet.columns} == {
        "Day": ("date", [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)]),
        "n": ("number", [1, 2, 3.5]),
        "ok": ("boolean", [True, False, True]),
        "e": ("number", [None, 5, 6]),
    }
    assert "Numbers stored as text in “n” were read as numbers." in sheet.notes


def test_merged_labels_are_filled_down_and_merged_numbers_are_not():
    book = filled(["g", "n", "t"], ["x", 1, 10], [None, 2, None], ["y", 3, 20], [None, 4, None])
    for span in ("A2:A3", "A4:A5", "C2:C3"):
        book.active.merge_cells(span)
    grid = read_workbook("a.xlsx", saved(book))
    assert [row[0] for row in grid.rows] == ["g", "x", "x", "y", "y"]
    assert [row[2] for row in grid.rows] == ["t", 10, None, 20, None]
    assert grid.notes == ("2 cells under merged labels were filled with the label.",)


def test_formulas_without_stored_results_are_told():
    book = filled(["a", "b"], [1, "=A2*2"], [2, "=A3*2"])
    grid = read_workbook("a.xlsx", saved(book))
    assert [row[1] for row in grid.rows] == ["b", None, None]
    assert "not stored" in grid.notes[0]


def test_a_wrong_size_written_in_the_sheet_is_not_believed():
    book = filled(["a", "b"])
    for number in range(700):
        book.active.append([number, f"name {number}"])
    with ZipFile(BytesIO(saved(book))) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert b"A1:B701" in entries[name]
    entries[name] = entries[name].replace(b"A1:B701", b"A1")
    grid = read_workbook("a.xlsx", pack(entries))
    assert len(grid.rows) == 701


def test_stray_formatting_far_away_is_no_data():
    book = filled(["a"], [1])
    book.active.cell(row=1_000_000, column=3).number_format = "0.00"
    book.active.cell(row=3, column=16_000).number_format = "0.00"
    assert read_workbook("a.xlsx", saved(book)).rows == [["a"], [1]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (saved(filled()), "has no cell with content"),
        (saved(filled(["a"]))[:2000], "damaged"),
        (pack({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "not a workbook"),
    ],
)
def test_what_is_no_workbook_is_told(content, words):
    with pytest.raises(StepFailed, match=words):
        read_sheets("a.xlsx", content)


@pytest.mark.parametrize("wanted, first", [("2", "b"), ("last", "c"), ("1", "a")])
def test_sheets_can_be_counted(wanted, first):
    book = filled(["a"], [1], title="Cover")
    for title, head in (("North", "b"), ("South", "c")):
        sheet = book.create_sheet(title)
        for row in ([head], [1]):
            sheet.append(row)
    assert read_workbook("a.xlsx", saved(book), sheet=wanted).rows[0][0] == first
    with pytest.raises(StepFailed, match="no sheet"):
        read_workbook("a.xlsx", saved(book), sheet="4")
