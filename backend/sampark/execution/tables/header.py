"""Where a sheet's header is, and what its columns are called."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sampark.errors import StepFailed
from sampark.execution.tables.grid import Cell, Grid
from sampark.execution.tables.numbers import read_number

_LOOK = 30  # rows among which a header is sought
_NAME_CHARACTERS = 120
_CHECK = "Please check the file."


@dataclass(frozen=True)
class Framed:
    """A sheet with its header found: one unique name per column, and the rows below."""

    names: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    above: Sequence[Sequence[Cell]] = ()
    notes: tuple[str, ...] = ()


def frame(name: str, grid: Grid) -> Framed:
    """Find the header: the first row as wide as the data, if it reads as names.

    Rows above it (a title, a date) are put aside. Columns without any cell are dropped. Without a
    header, columns are called `column 1`, `column 2` and so on.

    Raises:
        StepFailed: There is no row with content.
    """
    rows = [row for row in grid.rows if any(cell is not None for cell in row)]
    if not rows:
        raise StepFailed(f"“{name}” has no cell with content.", fix=_CHECK)
    top = _header_place(rows)
    head, body = rows[top], rows[top + 1 :]
    notes = [f"{top} {'row' if top == 1 else 'rows'} above the header left out."] if top else []
    if not _reads_as_names(head, body):
        head, body = [None] * len(head), rows[top:]
        notes.append("There is no header row, so columns are numbered.")
    kept = [place for place in range(len(head)) if _is_used(head, body, place)]
    names, renamed = _names([head[place] for place in kept])
    body = [[row[place] for place in kept] for row in body]
    return Framed(names, body, rows[:top], (*notes, *renamed))


def _width(row: Sequence[Cell]) -> int:
    return sum(cell is not None for cell in row)


def _header_place(rows: Sequence[Sequence[Cell]]) -> int:
    # The usual width of the data decides; a title above it fills one or two cells.
    widths = Counter(_width(row) for row in rows)
    usual = max(widths, key=lambda width: (widths[width] * width, width))
    needed = max(2, -(-usual // 2)) if usual > 1 else 1
    for place, row in enumerate(rows[:_LOOK]):
        if _width(row) >= needed:
            return place
    return 0


def _reads_as_names(head: Sequence[Cell], body: Sequence[Sequence[Cell]]) -> bool:
    cells = [cell for cell in head if cell is not None]
    if not body:
        return all(isinstance(cell, str) for cell in cells)
    words = [cell for cell in cells if isinstance(cell, str) and read_number(cell) is None]
    figures = [cell for cell in cells if cell not in words]
    if not words:
        return len(cells) > 1 and _years(figures) and not _years_below(head, body)
    if figures and not _years(figures):
        return False
    repeated = sum(_repeats(head, body, place) for place in range(len(head)))
    return repeated * 2 < len(cells) and all(len(word) <= 4 * _NAME_CHARACTERS for word in words)


def _years(cells: Sequence[Cell]) -> bool:
    numbers = [_number(cell) for cell in cells]
    years = [number for number in numbers if number is not None and 1900 <= number <= 2100]
    return len(years) == len(cells) == len(set(years))


def _years_below(head: Sequence[Cell], body: Sequence[Sequence[Cell]]) -> bool:
    return any(_years([row[place]]) for row in body[:3] for place in range(len(head)))


def _number(cell: Cell) -> float | None:
    if isinstance(cell, str):
        return read_number(cell)
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _repeats(head: Sequence[Cell], body: Sequence[Sequence[Cell]], place: int) -> bool:
    # A name does not stand again among its own cells; a value often does.
    return head[place] is not None and any(row[place] == head[place] for row in body[:1000])


def _is_used(head: Sequence[Cell], body: Sequence[Sequence[Cell]], place: int) -> bool:
    return head[place] is not None or any(row[place] is not None for row in body)


def _names(cells: Sequence[Cell]) -> tuple[tuple[str, ...], list[str]]:
    names: list[str] = []
    taken: set[str] = set()
    repeated: list[str] = []
    unnamed = 0
    for place, cell in enumerate(cells, start=1):
        wanted = " ".join(str(cell).split())[:_NAME_CHARACTERS] if cell is not None else ""
        unnamed += not wanted
        wanted = wanted or f"column {place}"
        name, count = wanted, 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted} ({count})"
        if name != wanted:
            repeated.append(f"The second “{wanted}” is called “{name}”.")
        taken.add(name.casefold())
        names.append(name)
    if 0 < unnamed < len(cells):
        repeated.append("Columns without a name are numbered by their place.")
    return tuple(names), repeated


_TOTALS = {
    "total",
    "totals",
    "sum",
    "grand total",
    "overall total",
    "total:",
    "sum:",
    "gesamt",
    "summe",
}


def without_total(framed: Framed) -> Framed:
    """Leave out a last row that sums up the rows above: measures would count it twice."""
    if len(framed.rows) < 3 or not _is_total(framed.rows[:-1], framed.rows[-1]):
        return framed
    note = "The last row is the total of the rows above and was left out."
    return replace(framed, rows=framed.rows[:-1], notes=(*framed.notes, note))


def _is_total(rows: Sequence[Sequence[Cell]], last: Sequence[Cell]) -> bool:
    labels = [cell for cell in last if isinstance(cell, str) and read_number(cell) is None]
    if not labels or labels[0].casefold() not in _TOTALS:
        return False
    sums = [
        (sum(number for row in rows if (number := _number(row[place])) is not None), found)
        for place, cell in enumerate(last)
        if (found := _number(cell)) is not None
    ]
    return any(abs(added - found) <= 0.005 * max(1.0, abs(found)) for added, found in sums)
