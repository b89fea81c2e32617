"""The first rows of a table, whether it lies in a file or came out of a step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from sampark.domain.value import Table
from sampark.execution.sniff import Kind
from sampark.execution.tables.grid import Cell, Grid
from sampark.execution.tables.header import frame
from sampark.execution.tables.kinds import Scalar
from sampark.execution.tables.reading import read_grids
from sampark.execution.tables.store import fetch, opened
from sampark.execution.tables.words import shown
from sampark.lab.bench import TrialBench
from sampark.lab.markup import View, rendered
from sampark.reply.figures import count

_SHOWN = 10
_COLUMNS = 12


@dataclass(frozen=True, repr=False)
class TableView(View):
    """A table. `rows` holds all of its rows; the view shows the first ten.

    A cell is a text, a number, a date, true or false, or None where it is empty.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, name: str) -> list[Cell]:
        """Return the cells of a column; raises KeyError if there is none of that name."""
        if name not in self.columns:
            raise KeyError(name)
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    @property
    def records(self) -> list[Mapping[str, Cell]]:
        """The rows as mappings from column to cell, for example for a data frame."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def text(self) -> str:
        """Return the name and the size in one line."""
        return f"Table({self.name!r}: {self._size()})"

    def html(self) -> str:
        """Return the first rows."""
        return rendered("table", body=self.body())

    def body(self) -> Markup:
        """Return the first rows without a frame, to stand inside another view."""
        names = self.columns[:_COLUMNS]
        rows = [
            [_cell(cell, name) for cell, name in zip(row, names, strict=False)]
            for row in self.rows[:_SHOWN]
        ]
        numeric = [place for place in range(len(names)) if _is_numeric(self.rows, place)]
        more = len(self.rows) - len(rows)
        return rendered(
            "table_body",
            name=self.name,
            size=self._size(),
            columns=names,
            rows=rows,
            numeric=numeric,
            more=f"and {count(more, 'more row')}" if more > 0 else "",
        )

    def _size(self) -> str:
        return f"{count(len(self.rows), 'row')}, {count(len(self.columns), 'column')}"


def of_file(name: str, kind: Kind, content: bytes) -> list[TableView]:
    """Return the sheets of a csv, tsv or xlsx file, read as a plan's own steps read them.

    Raises:
        StepFailed: The content is damaged or beyond the limits.
    """
    return [_of_grid(grid.name or name, grid) for grid in read_grids(name, kind, content)]


def of_table(table: Table, bench: TrialBench) -> TableView:
    """Return a step's table from the bench that keeps it; raises LookupError if it does not."""
    with opened(bench, table) as engine:
        rows = fetch(engine, "select * from data")
    names = tuple(column.name for column in table.columns)
    return TableView(name=table.name, columns=names, rows=tuple(rows))


def _of_grid(name: str, grid: Grid) -> TableView:
    framed = frame(name, grid)
    return TableView(name=name, columns=framed.names, rows=tuple(map(tuple, framed.rows)))


def _cell(cell: Cell, column: str) -> str:
    match cell:
        case None:
            return ""
        case str() | bool() | int() | float() | date():
            return shown(_scalar(cell), column)
        case _:
            return str(cell)


def _scalar(cell: Scalar) -> Scalar:
    return cell


def _is_numeric(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    cells = [row[place] for row in rows if row[place] is not None]
    return bool(cells) and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells
    )
