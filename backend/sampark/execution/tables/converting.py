"""Sheets to a workbook without loss: typed where a whole column fits, else as written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from openpyxl import Workbook

from sampark.execution.naming import stem
from sampark.execution.tables.grid import Cell, Grid
from sampark.execution.tables.header import frame
from sampark.execution.tables.kinds import Scalar, Typed, spoken
from sampark.execution.tables.reading import type_columns
from sampark.execution.tables.sheets import fill_sheet, sheet_titles, workbook_bytes


def convert_grids(name: str, grids: Sequence[Grid], *, at: datetime) -> bytes:
    """Return a workbook with a sheet per grid: rows above a header stay above it.

    Raises:
        StepFailed: A grid has no cell with content.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    titles = sheet_titles([grid.name or stem(name) for grid in grids])
    for title, grid in zip(titles, grids, strict=True):
        framed = frame(name, grid)
        columns = type_columns(framed.names, framed.rows, comma=grid.comma)
        whole = [
            _with_odd_cells(column, [row[place] for row in framed.rows])
            for place, column in enumerate(columns)
        ]
        above = [[to_scalar(cell) for cell in row] for row in framed.above]
        fill_sheet(book.create_sheet(title), whole, above=above)
    return workbook_bytes(book, at=at)


def as_grid(columns: Sequence[Typed]) -> Grid:
    """Return typed columns as rows of cells under their names."""
    rows = zip(*(column.values for column in columns), strict=True)
    return Grid(rows=[[column.name for column in columns], *([*row] for row in rows)])


def to_scalar(cell: Cell) -> Scalar:
    """Return a cell as a value that a table holds; clock times and durations become text."""
    return spoken(cell) if isinstance(cell, time | timedelta) else cell


def _with_odd_cells(column: Typed, cells: Sequence[Cell]) -> Typed:
    """Put back what reading took for missing: in a conversion `n/a` stays `n/a`."""
    values = [
        to_scalar(cell) if value is None else value
        for value, cell in zip(column.values, cells, strict=True)
    ]
    return replace(column, values=values)
