"""Writing tables for people: csv and formatted workbooks in which no text can act as a formula."""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from sampark.execution.archive import settle
from sampark.execution.limits import CELL_CHARACTERS
from sampark.execution.tables.kinds import Scalar, Typed, spoken

_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FIGURE = re.compile(r"[+-]?\d[\d.,]*%?")
_HEADER = PatternFill("solid", fgColor="1F4E79")
_HEADER_FONT = Font(bold=True, color="FFFFFF")
_LINE = Border(bottom=Side(style="thin", color="1F4E79"))
_NARROWEST, _WIDEST = 8, 60  # characters
_MEASURED = 200  # rows that decide a column's width


def inert(text: str) -> str:
    """Return text that a spreadsheet shows and never computes: an apostrophe before its start.

    Active starts are those of the OWASP page on CSV injection, and their full-width forms. A plain
    signed number such as `-5` can do nothing and stays as it is.
    """
    return f"'{text}" if text.startswith(_ACTIVE) and not _FIGURE.fullmatch(text) else text


def csv_bytes(rows: Sequence[Sequence[Scalar]], *, delimiter: str = ",") -> bytes:
    """Return rows as delimited text: UTF-8 with a mark, ISO dates, numbers with a decimal point."""
    target = StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow([inert(cell) if isinstance(cell, str) else spoken(cell) for cell in row])
    return target.getvalue().encode("utf-8-sig")


def write_csv(columns: Sequence[Typed]) -> bytes:
    """Return typed columns as csv with a header row."""
    rows = zip(*(column.values for column in columns), strict=True)
    return csv_bytes([[column.name for column in columns], *rows])


def write_workbook(sheets: Mapping[str, Sequence[Typed]], *, at: datetime) -> bytes:
    """Return a workbook with one formatted sheet per table; the same input gives the same bytes.

    Args:
        sheets: Typed columns by sheet title; titles are made valid and unique.
        at: The moment written into the workbook's properties.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, columns in zip(sheet_titles(list(sheets)), sheets.values(), strict=True):
        fill_sheet(book.create_sheet(title), columns)
    return workbook_bytes(book, at=at)


def workbook_bytes(book: Workbook, *, at: datetime) -> bytes:
    """Return a workbook's file, its times set to one moment instead of the clock's."""
    moment = at.replace(tzinfo=None, microsecond=0)
    book.properties.creator = "Sampark"
    book.properties.created = book.properties.modified = moment
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, allowZip64=True) as package:
        ExcelWriter(book, package).save()
    return settle(target.getvalue())


def sheet_titles(wanted: Sequence[str]) -> list[str]:
    """Return titles that Excel takes: at most 31 characters, no brackets, unique in any case."""
    titles: list[str] = []
    for name in wanted:
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31].strip() or "Sheet"
        title, count = base, 1
        while title.casefold() in {taken.casefold() for taken in titles}:
            count += 1
            title = f"{base[: 31 - len(str(count)) - 3]} ({count})"
        titles.append(title)
    return titles


def fill_sheet(
    sheet: Worksheet, columns: Sequence[Typed], *, above: Sequence[Sequence[Scalar]] = ()
) -> None:
    """Write typed columns below a styled, frozen header with filters.

    Args:
        sheet: An empty sheet.
        columns: The columns.
        above: Rows that stand above the header, such as a title.
    """
    for row, cells in enumerate(above, start=1):
        for place, value in enumerate(cells, start=1):
            set_cell(sheet, row, place, value)
    top = len(above) + 1
    for place, column in enumerate(columns, start=1):
        style_header(set_cell(sheet, top, place, column.name))
        formatted = _number_format(column)
        for row, value in enumerate(column.values, start=top + 1):
            if value is not None:
                cell = set_cell(sheet, row, place, value)
                if formatted:
                    cell.number_format = formatted
        sheet.column_dimensions[get_column_letter(place)].width = _fitting(column)
    sheet.freeze_panes = f"A{top + 1}"
    if columns:
        last = f"{get_column_letter(len(columns))}{len(columns[0].values) + top}"
        sheet.auto_filter.ref = f"A{top}:{last}"


def set_cell(sheet: Worksheet, row: int, place: int, value: Scalar) -> ExcelCell:
    """Write one value; text is marked as text, so that it is never a formula nor becomes one."""
    cell = sheet.cell(row=row, column=place)
    assert isinstance(cell, ExcelCell)
    if isinstance(value, str):
        cell.value = value[:CELL_CHARACTERS]
        cell.data_type = "s"
        if value.startswith(_ACTIVE):
            cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def style_header(cell: ExcelCell) -> None:
    """Give a header cell its look: white bold on dark blue."""
    cell.font, cell.fill, cell.border = _HEADER_FONT, _HEADER, _LINE
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _number_format(column: Typed) -> str:
    values = [value for value in column.values[:_MEASURED] if value is not None]
    if column.kind == "date":
        timed = any(isinstance(value, datetime) for value in values)
        return "yyyy-mm-dd hh:mm" if timed else "yyyy-mm-dd"
    if column.kind != "number" or not values:
        return ""
    unit = column.unit.replace('"', "")
    return _figure_format(values) + (f' "{unit}"' if unit else "")


def _figure_format(values: Sequence[Scalar]) -> str:
    figures = [value for value in values if isinstance(value, int | float)]
    if all(isinstance(value, int) or value.is_integer() for value in figures):
        large = any(abs(value) >= 10_000 for value in figures)
        return "#,##0" if large else "0"
    return "#,##0.00" if any(abs(value) >= 1 for value in figures) else "0.0000"


def _fitting(column: Typed) -> float:
    cells = [_measure(value) for value in column.values[:_MEASURED]]
    longest = max([len(column.name) + 3, *cells])  # room for the filter's button
    return float(min(max(longest + 1, _NARROWEST), _WIDEST))


def _measure(value: Scalar) -> int:
    if isinstance(value, float):
        return len(f"{value:,.2f}")
    if isinstance(value, date):
        return 16 if isinstance(value, datetime) else 10
    return max((len(line) for line in spoken(value).split("\n")), default=0)
