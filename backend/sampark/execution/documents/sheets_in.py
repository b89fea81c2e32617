"""Tables as blocks: typed columns for a report, whole sheets for a conversion."""

from collections.abc import Iterator, Sequence

from sampark.errors import StepFailed
from sampark.execution.documents.blocks import (
    Block,
    Document,
    Grid,
    Heading,
    Paragraph,
    Span,
    Spans,
)
from sampark.execution.tables.grid import Grid as Cells
from sampark.execution.tables.header import frame
from sampark.execution.tables.kinds import Typed, spoken
from sampark.execution.tables.reading import type_columns
from sampark.execution.tables.words import plain, shown

_CHARACTERS = 160  # of one cell on paper
_PAPER_ROWS = 5_000  # of one sheet; beyond this a document of pages helps nobody


def read_sheets_document(name: str, grids: Sequence[Cells]) -> Document:
    """Return every sheet as a heading (where there are several) and a table, cells as written.

    Raises:
        StepFailed: A sheet has over 5,000 rows, too many for a document.
    """
    return Document(
        tuple(block for grid in grids for block in _sheet(name, grid, alone=len(grids) == 1))
    )


def table_grid(columns: Sequence[Typed], *, most: int) -> Grid:
    """Return the first rows of a table as a block, numbers right."""
    head = tuple((Span(plain(column.name, _CHARACTERS)),) for column in columns)
    body = zip(*(column.values[:most] for column in columns), strict=True)
    rows = [
        tuple(
            (Span(plain(shown(value, column.name), _CHARACTERS)),) if value is not None else ()
            for value, column in zip(row, columns, strict=True)
        )
        for row in body
    ]
    right = frozenset(place for place, column in enumerate(columns) if column.kind == "number")
    return Grid((head, *rows), head=True, right=right)


def _sheet(name: str, grid: Cells, *, alone: bool) -> Iterator[Block]:
    if len(grid.rows) > _PAPER_ROWS:
        raise StepFailed(
            f"“{name}” has {len(grid.rows):,} rows, too many for a document.",
            fix=f"Up to {_PAPER_ROWS:,} rows can be set; as csv or xlsx it can be larger.",
        )
    if not alone:
        yield Heading(2, (Span(grid.name),))
    framed = frame(name, grid)
    for row in framed.above:
        yield Paragraph((Span(" ".join(spoken(cell) for cell in row if cell is not None)),))
    columns = type_columns(framed.names, framed.rows, comma=grid.comma)
    right = frozenset(place for place, column in enumerate(columns) if column.kind == "number")
    head = tuple((Span(column),) for column in framed.names)
    rows: list[tuple[Spans, ...]] = [
        tuple((Span(spoken(cell)),) if cell is not None else () for cell in row)
        for row in framed.rows
    ]
    yield Grid((head, *rows), head=True, right=right)
