"""Excel workbooks: values only, the sheet with the most data, merged labels filled down."""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from difflib import get_close_matches
from io import BytesIO
from typing import cast
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sampark.errors import StepFailed
from sampark.execution.archive import DAMAGED, open_package
from sampark.execution.limits import CELLS, MB
from sampark.execution.tables.grid import Cell, Collector, Grid
from sampark.execution.text import clean

_SEARCHED = 64 * MB  # XML of a sheet in which merged ranges and formulas are looked for
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >]")


def read_workbook(name: str, content: bytes, *, sheet: str = "") -> Grid:
    """Read one sheet of a workbook: the named one, else the visible one with most filled cells.

    A number, or "last", that is no sheet's name counts the visible sheets.

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
        book = _open(name, content)
        try:
            sheets = [_named(name, book, only)] if only else _visible(book)
            grids = [_grid(name, sheet, _xml(name, package, sheet)) for sheet in sheets]
        finally:
            book.close()
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        raise StepFailed(f"“{name}” has no cell with content.", fix="Please check the file.")
    return filled


def _open(name: str, content: bytes) -> Workbook:
    # openpyxl warns of each feature it skips (validation, styles); only values are read here.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    try:
        # Row by row: held whole, one formatted cell far away costs minutes.
        return load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except (*DAMAGED, InvalidFileException):
        raise _damaged(name) from None


def _damaged(name: str) -> StepFailed:
    return StepFailed(
        f"“{name}” is not a workbook that can be opened.",
        fix="Please save it again as .xlsx and send the new file.",
    )


def _xml(name: str, package: ZipFile, sheet: Worksheet) -> bytes:
    """Return a sheet's XML, or nothing where it is very large: it only serves merges and notes."""
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    if path not in package.namelist() or package.getinfo(path).file_size > _SEARCHED:
        return b""
    try:
        return package.read(path)
    except DAMAGED:
        raise _damaged(name) from None


def _visible(book: Workbook) -> Sequence[Worksheet]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return cast("list[Worksheet]", sheets or book.worksheets)


def _named(name: str, book: Workbook, wanted: str) -> Worksheet:
    by_key = {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}
    key = wanted.strip().casefold()
    near = get_close_matches(key, by_key, n=1, cutoff=0.8)
    if key in by_key or near:
        return by_key[key if key in by_key else near[0]]
    counted = _visible(book)
    place = {"last": len(counted)}.get(key, int(key) if key.isdecimal() and len(key) < 4 else 0)
    if 0 < place <= len(counted):
        return counted[place - 1]
    titles = ", ".join(f"“{sheet.title}”" for sheet in book.worksheets)
    raise StepFailed(f"“{name}” has no sheet “{wanted}”.", fix=f"It has {titles}.")


def _grid(name: str, sheet: Worksheet, xml: bytes) -> Grid:
    reset = getattr(sheet, "reset_dimensions", None)
    if callable(reset):
        reset()  # a sheet read by rows believes the size written in it, which may be wrong
    collector = Collector(name)
    for row in _rows(name, sheet):
        collector.add(row)
    rows = collector.rows()
    notes = [_fill_merged(rows, xml)]
    width = len(rows[0]) if rows else 0
    if any(_empty_below(rows, place) for place in range(width)) and _FORMULA.search(xml):
        notes.append("Formulas whose results Excel had not stored are read as empty cells.")
    return Grid(rows=rows, name=str(sheet.title)).noting(*notes)


def _rows(name: str, sheet: Worksheet) -> Iterator[list[Cell]]:
    try:
        for row in sheet.iter_rows(values_only=True):
            yield [_plain(cell) for cell in row]
    except DAMAGED:
        raise _damaged(name) from None


def _plain(value: object) -> Cell:
    match value:
        case None | bool() | int() | float() | date() | time() | timedelta():
            return value
        case _:
            return clean(str(value))


def _fill_merged(rows: list[list[Cell]], xml: bytes) -> str:
    filled = 0
    for found in _MERGED.finditer(xml):
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(found[1].decode()))
        if left != right or top > len(rows) or left > len(rows[0]) or filled > CELLS:
            continue
        label = rows[top - 1][left - 1]
        # A merged number is one figure for the group: repeated it would count several times.
        if not isinstance(label, str):
            continue
        for row in rows[top : min(bottom, len(rows))]:
            row[left - 1] = label
            filled += 1
    return f"{filled:,} cells under merged labels were filled with the label." if filled else ""


def _empty_below(rows: list[list[Cell]], place: int) -> bool:
    return rows[0][place] is not None and all(row[place] is None for row in rows[1:])
