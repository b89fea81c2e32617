"""Excel workbooks: values only, the sheet with the most data, merged labels filled down."""

import re
import warnings
from collections.abc import Iterator
from difflib import get_close_matches
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from sampark.errors import StepFailed
from sampark.execution.archive import open_package
from sampark.execution.limits import COLUMNS, MB, ROWS
from sampark.execution.tables.grid import Cell, Collector, Grid
from sampark.execution.text import clean

_WHOLE = 8 * MB  # unpacked XML up to which a workbook is held whole, with its merged ranges

Sheet = Worksheet | ReadOnlyWorksheet


def read_workbook(name: str, content: bytes, *, sheet: str = "") -> Grid:
    """Read one sheet of a workbook: the named one, else the visible one with most filled cells.

    Formulas give the result that was stored with them.

    Raises:
        StepFailed: The workbook cannot be opened, has no such sheet, or is beyond the limits.
    """
    grids = read_sheets(name, content, only=sheet)
    if sheet:
        return grids[0]
    best = max(grids, key=lambda grid: grid.filled)
    if len(grids) > 1:
        others = ", ".join(f"“{grid.name}”" for grid in grids if grid is not best)
        best = best.noting(f"Sheet “{best.name}” was read, as it holds most; not {others}.")
    return best


def read_sheets(name: str, content: bytes, *, only: str = "") -> list[Grid]:
    """Read every visible sheet that holds something, or only the named one.

    Raises:
        StepFailed: The workbook cannot be opened, has no such sheet, holds nothing, or is beyond
            the limits.
    """
    with open_package(name, content) as package:
        book = _open(name, content, whole=_xml_size(package) <= _WHOLE)
        formulas = _has_formulas(package)
    try:
        sheets = [_named(name, book, only)] if only else _visible(book)
        grids = [_grid(name, sheet, formulas=formulas) for sheet in sheets]
    finally:
        book.close()
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        raise StepFailed(f"“{name}” has no cell with content.", fix="Please check the file.")
    return filled


def _open(name: str, content: bytes, *, whole: bool) -> Workbook:
    # openpyxl warns of each feature it skips (validation, styles); only values are read here.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    try:
        return load_workbook(
            BytesIO(content), read_only=not whole, data_only=True, keep_links=False
        )
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError):
        raise StepFailed(
            f"“{name}” is not a workbook that can be opened.",
            fix="Please save it again as .xlsx and send the new file.",
        ) from None


def _xml_size(package: ZipFile) -> int:
    sheets = [entry for entry in package.infolist() if entry.filename.startswith("xl/worksheets/")]
    return sum(entry.file_size for entry in sheets)


def _has_formulas(package: ZipFile) -> bool:
    for entry in package.infolist():
        if entry.filename.startswith("xl/worksheets/") and entry.file_size <= _WHOLE:
            if re.search(rb"<f[ >]", package.read(entry)):
                return True
    return False


def _visible(book: Workbook) -> list[Sheet]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return sheets or list(book.worksheets)


def _named(name: str, book: Workbook, wanted: str) -> Sheet:
    by_key = {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}
    key = wanted.strip().casefold()
    near = get_close_matches(key, by_key, n=1, cutoff=0.8)
    if key in by_key or near:
        return by_key[key if key in by_key else near[0]]
    titles = ", ".join(f"“{sheet.title}”" for sheet in book.worksheets)
    raise StepFailed(f"“{name}” has no sheet “{wanted}”.", fix=f"It has {titles}.")


def _grid(name: str, sheet: Sheet, *, formulas: bool) -> Grid:
    collector = Collector(name)
    for row in _rows(sheet):
        collector.add(row)
    rows = collector.rows()
    notes = [_fill_merged(sheet, rows)] if isinstance(sheet, Worksheet) else []
    if formulas and any(_empty_below(rows, place) for place in range(len(rows[0]) if rows else 0)):
        notes.append("Formulas whose results Excel had not stored are read as empty cells.")
    return Grid(rows=rows, name=sheet.title).noting(*notes)


def _rows(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    # The limits are one beyond what is allowed, so that the collector sees and tells the excess.
    rows = sheet.iter_rows(values_only=True, max_row=_bound(sheet.max_row, ROWS + 2))
    for row in rows:
        yield tuple(clean(cell) if isinstance(cell, str) else cell for cell in row[: COLUMNS * 4])


def _bound(found: int | None, most: int) -> int:
    return most if found is None else min(found, most)


def _fill_merged(sheet: Worksheet, rows: list[list[Cell]]) -> str:
    filled = 0
    for merged in sheet.merged_cells.ranges:
        top, left = merged.min_row - 1, merged.min_col - 1
        if merged.min_col != merged.max_col or top >= len(rows) or left >= len(rows[top]):
            continue
        label = rows[top][left]
        # A merged number is one figure for the group: repeated it would count several times.
        if not isinstance(label, str):
            continue
        for place in range(top + 1, min(merged.max_row, len(rows))):
            rows[place][left] = label
            filled += 1
    return f"{filled:,} cells under merged labels were filled with the label." if filled else ""


def _empty_below(rows: list[list[Cell]], place: int) -> bool:
    return rows[0][place] is not None and all(row[place] is None for row in rows[1:])
