"""Reports: a workbook with one sheet per table, a PDF with words, tables and charts."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, JsonValue

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import File, Table, Text
from sampark.execution.documents.markdown_in import read_markdown
from sampark.execution.documents.sheets_in import table_grid
from sampark.execution.naming import file_title
from sampark.execution.pages.layout import (
    LANDSCAPE,
    PORTRAIT,
    Data,
    Pictures,
    block_data,
    column_widths,
    fit,
    grid_data,
)
from sampark.execution.pages.typeset import typeset
from sampark.execution.sniff import MEDIA_TYPES
from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.sheets import write_workbook
from sampark.execution.tables.store import read_columns
from sampark.execution.tables.words import counted, plain

_ROWS_ON_PAPER = 60  # of one table; a reader turns to the workbook for more


class WorkbookReport(Frozen):
    """The report's title, which also names the file, and one table per sheet."""

    title: str = Field(min_length=1, max_length=200)
    tables: list[Table] = Field(min_length=1, max_length=50)


class Report(Frozen):
    """The written report."""

    file: File


def report_workbook(given: WorkbookReport, bench: Bench) -> Report:
    """Write a workbook with a formatted sheet per table."""
    sheets: dict[str, list[Typed]] = {}
    for table in given.tables:
        title, count = table.name, 1
        while title in sheets:
            count += 1
            title = f"{table.name} {count}"
        sheets[title] = read_columns(bench, table)
    content = write_workbook(sheets, at=bench.task.asked_at)
    return Report(file=bench.write(f"{file_title(given.title)}.xlsx", MEDIA_TYPES["xlsx"], content))


class PdfReport(Frozen):
    """What the report says and shows: Markdown texts first, then charts, then tables."""

    title: str = Field(min_length=1, max_length=200)
    texts: list[Text] = Field(default=[], max_length=50)
    tables: list[Table] = Field(default=[], max_length=50)
    pictures: list[File] = Field(default=[], max_length=50)


def report_pdf(given: PdfReport, bench: Bench) -> Report:
    """Set a report on A4 pages. Wide tables stand last, on landscape pages, cut where needed."""
    pictures = Pictures()
    blocks = [block for text in given.texts for block in read_markdown(text.markdown).blocks]
    shown_blocks: JsonValue = [block_data(block, pictures) for block in blocks]
    charts: JsonValue = [pictures.add(bench.read(file), file.media_type) for file in given.pictures]
    tables = [_table_data(table, read_columns(bench, table)) for table in given.tables]
    tables.sort(key=lambda table: bool(table["wide"]))  # a landscape page amid text wastes two
    data: Data = {
        "title": plain(given.title, 120),
        "date": spoken_date(bench.task.asked_at),
        "blocks": shown_blocks,
        "pictures": charts,
        "tables": list[JsonValue](tables),
    }
    content = typeset("report", data, pictures.files, at=bench.task.asked_at)
    return Report(file=bench.write(f"{file_title(given.title)}.pdf", MEDIA_TYPES["pdf"], content))


def spoken_date(moment: datetime) -> str:
    """Return a date such as `1 May 2024`, in the moment's own offset."""
    return f"{moment.day} {moment:%B %Y}"


def _table_data(table: Table, columns: Sequence[Typed]) -> Data:
    grid = table_grid(columns, most=_ROWS_ON_PAPER)
    wide = sum(column_widths(grid)) > PORTRAIT
    parts: JsonValue = [grid_data(part) for part in (fit(grid, LANDSCAPE) if wide else [grid])]
    rest = table.rows - _ROWS_ON_PAPER
    notes = ["There are no rows."] if not table.rows else []
    if rest > 0:
        notes = [f"The first {_ROWS_ON_PAPER} of {counted(table.rows, 'row')}."]
    return {
        "name": plain(table.name, 120),
        "note": " ".join(notes),
        "wide": wide,
        "size": 8.0 if wide else 8.5,
        "parts": parts,
    }


REPORT_WORKBOOK = Tool(
    name="report.workbook",
    summary="Write tables into one Excel workbook, a sheet for each.",
    input=WorkbookReport,
    output=Report,
    run=report_workbook,
    prior=Prior(p50=0.3, p90=5.0),
)
REPORT_PDF = Tool(
    name="report.pdf",
    summary="Set texts, tables and charts as a PDF report.",
    input=PdfReport,
    output=Report,
    run=report_pdf,
    prior=Prior(p50=0.6, p90=3.0),
)
