"""A sheet as it lies in its file: rows of cells, before anyone decided what a header is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sampark.errors import StepFailed
from sampark.execution.limits import CELLS, COLUMNS, ROWS

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_SMALLER = "Please send a smaller part of it, or a summary."


@dataclass(frozen=True)
class Grid:
    """Rows of cells, all of one width; an empty cell is None. Notes say what reading assumed.

    `comma` tells that the file itself suggests a decimal comma (its cells are split at semicolons).
    `name` is the sheet's own name, empty where a file holds only one.
    """

    rows: Sequence[Sequence[Cell]]
    name: str = ""
    notes: tuple[str, ...] = ()
    comma: bool = False

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(cell is not None for row in self.rows for cell in row)

    def noting(self, *notes: str) -> "Grid":
        """Return the grid with notes added; empty ones are left out."""
        return replace(self, notes=(*self.notes, *(note for note in notes if note)))


class Collector:
    """Takes rows one by one and refuses a sheet that grows beyond the limits."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: list[list[Cell]] = []
        self._cells = 0
        self._width = 0

    def add(self, row: Iterable[Cell]) -> None:
        """Take one row; raises StepFailed when the sheet is too large."""
        cells = trimmed(row)
        self._rows.append(cells)
        self._cells += len(cells)
        self._width = max(self._width, len(cells))
        if len(self._rows) > ROWS + 1:
            raise StepFailed(f"“{self._name}” has over {ROWS:,} rows, the limit.", fix=_SMALLER)
        if self._width > COLUMNS:
            raise StepFailed(f"“{self._name}” has over {COLUMNS:,} columns, the limit.", fix=_SMALLER)
        if self._cells > CELLS:
            raise StepFailed(f"“{self._name}” has over {CELLS:,} cells, the limit.", fix=_SMALLER)

    def rows(self) -> list[list[Cell]]:
        """Return the rows, filled to one width, without empty rows at the end."""
        while self._rows and not self._rows[-1]:
            self._rows.pop()
        return [row + [None] * (self._width - len(row)) for row in self._rows]


def trimmed(row: Iterable[Cell]) -> list[Cell]:
    """Return a row with blank text as None and without empty cells at its end."""
    cells = [_blank_to_none(cell) for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _blank_to_none(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell.strip("  \t\n\ufeff") or None
    return cell
