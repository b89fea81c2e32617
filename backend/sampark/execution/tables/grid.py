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
        self._gap = 0
        self._cells = 0
        self._width = 0

    def add(self, row: Iterable[Cell]) -> None:
        """Take one row; raises StepFailed when the sheet is too large."""
        cells = trimmed(row)
        if not cells:
            self._gap += 1  # formatted but empty rows at the end of a sheet are not data
            return
        self._rows.extend([] for _ in range(min(self._gap, ROWS)))
        self._gap = 0
        self._rows.append(cells)
        self._cells += len(cells)
        self._width = max(self._width, len(cells))
        self._refuse("rows", len(self._rows) - 1, ROWS)
        self._refuse("columns", self._width, COLUMNS)
        self._refuse("cells", self._cells, CELLS)

    def rows(self) -> list[list[Cell]]:
        """Return the rows, filled to one width, without empty rows at the end."""
        return [row + [None] * (self._width - len(row)) for row in self._rows]

    def _refuse(self, what: str, found: int, most: int) -> None:
        if found > most:
            raise StepFailed(f"“{self._name}” has over {most:,} {what}, the limit.", fix=_SMALLER)


def trimmed(row: Iterable[Cell]) -> list[Cell]:
    """Return a row with blank text as None and without empty cells at its end."""
    cells = [_blank_to_none(cell) for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _blank_to_none(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell.strip(" \u00a0\t\n\ufeff") or None
    return cell
