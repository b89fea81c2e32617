"""From an attached file to typed columns: its kind decides the reader, its cells the types."""

from collections.abc import Sequence
from dataclasses import dataclass

from sampark.errors import StepFailed
from sampark.execution.sniff import Kind, named
from sampark.execution.tables.dates import read_dates
from sampark.execution.tables.delimited import read_delimited
from sampark.execution.tables.grid import Cell, Grid
from sampark.execution.tables.header import frame, without_total
from sampark.execution.tables.kinds import Typed, infer
from sampark.execution.tables.numbers import Mark, Numbers, read_numbers
from sampark.execution.tables.workbook import read_sheets, read_workbook

TABLE_KINDS: tuple[Kind, ...] = ("csv", "tsv", "txt", "xlsx", "parquet")
_PROOF = 200  # distinct cells of a column that are asked for the file's way of writing


@dataclass(frozen=True)
class Sheet:
    """A sheet with typed columns of one length. Notes say everything that reading assumed."""

    name: str
    columns: tuple[Typed, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Habits:
    """How a file writes numbers and dates, as far as some of its columns prove it."""

    mark: Mark | None = None
    day_first: bool | None = None


def read_grid(name: str, kind: Kind, content: bytes, *, sheet: str = "") -> Grid:
    """Read the cells of one sheet.

    Raises:
        StepFailed: The content is no table, is damaged or beyond the limits, or has no such sheet.
    """
    match kind:
        case "xlsx":
            return read_workbook(name, content, sheet=sheet)
        case "csv" | "txt":
            return read_delimited(name, content)
        case "tsv":
            return read_delimited(name, content, delimiter="\t")
        case _:
            raise StepFailed(
                f"“{name}” is {named(kind)}, not a table.",
                fix="Please send the table as .csv or .xlsx.",
            )


def read_grids(name: str, kind: Kind, content: bytes) -> list[Grid]:
    """Read the cells of every sheet that holds something; raises as `read_grid`."""
    return read_sheets(name, content) if kind == "xlsx" else [read_grid(name, kind, content)]


def type_grid(name: str, grid: Grid) -> Sheet:
    """Find a grid's header and decide what each column holds.

    Raises:
        StepFailed: The grid is empty, or has nothing but a header.
    """
    framed = without_total(frame(name, grid))
    if not framed.rows:
        raise StepFailed(
            f"“{name}” has a header row and no rows under it.", fix="Please check the file."
        )
    columns = type_columns(framed.names, framed.rows, comma=grid.comma)
    notes = [*grid.notes, *framed.notes, *(note for column in columns for note in column.notes)]
    return Sheet(name=grid.name or name, columns=columns, notes=tuple(dict.fromkeys(notes)))


def type_columns(
    names: Sequence[str], rows: Sequence[Sequence[Cell]], *, comma: bool
) -> tuple[Typed, ...]:
    """Decide what each column of named rows holds, with the habits that the whole file shows."""
    cells = [[row[place] for row in rows] for place in range(len(names))]
    habits = find_habits(cells, comma=comma)
    return tuple(
        infer(name, column, mark=habits.mark, day_first=habits.day_first)
        for name, column in zip(names, cells, strict=True)
    )


def find_habits(columns: Sequence[Sequence[Cell]], *, comma: bool) -> Habits:
    """Learn from columns that prove it if a file writes `1,5` or `1.5`, day or month first.

    Args:
        columns: The cells of each column.
        comma: Whether the file suggests a decimal comma, taken where no column proves a mark.
    """
    marks: set[Mark] = set()
    orders: set[bool] = set()
    for column in columns:
        texts = _some_texts(column)
        numbers = read_numbers(texts)
        if isinstance(numbers, Numbers) and any("." in text or "," in text for text in texts):
            marks |= set() if numbers.ambiguous else {numbers.mark}
        elif texts and (dates := read_dates(texts)) and dates.day_first is not None:
            orders.add(dates.day_first)
    mark: Mark | None = (
        next(iter(marks)) if len(marks) == 1 else "," if comma and not marks else None
    )
    if len(orders) == 1:
        return Habits(mark, orders.pop())
    return Habits(mark, day_first=True if mark == "," and not orders else None)


def _some_texts(column: Sequence[Cell]) -> list[str]:
    texts: dict[str, None] = {}
    for cell in column:
        if isinstance(cell, str):
            texts[cell] = None
            if len(texts) >= _PROOF:
                break
    return list(texts)
