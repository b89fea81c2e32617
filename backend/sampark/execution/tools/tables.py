"""Tables: reading an attached sheet, writing one out."""

from typing import Literal

from pydantic import Field

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import File, Table, Text
from sampark.execution.naming import stem
from sampark.execution.sniff import MEDIA_TYPES, load
from sampark.execution.tables.reading import read_grid, type_grid
from sampark.execution.tables.sheets import write_csv, write_workbook
from sampark.execution.tables.store import keep, keep_parquet, read_columns
from sampark.execution.tables.words import counted, escaped


class ReadTable(Frozen):
    """A csv, tsv, xlsx or Parquet file; `sheet` of a workbook, else the fullest is read."""

    file: File
    sheet: str = ""


class TableRead(Frozen):
    """The table with typed columns, and what reading it assumed."""

    table: Table
    notes: Text


def read_table(given: ReadTable, bench: Bench) -> TableRead:
    """Read an attached sheet; raises StepFailed naming the file and what is wrong with it."""
    kind, content = load(bench, given.file)
    if kind == "parquet":
        return _read(keep_parquet(bench, given.file.name, content), [])
    grid = read_grid(given.file.name, kind, content, sheet=given.sheet)
    sheet = type_grid(given.file.name, grid)
    return _read(keep(bench, given.file.name, sheet.columns), list(sheet.notes))


def _read(table: Table, notes: list[str]) -> TableRead:
    size = f"{counted(table.rows, 'row')} and {counted(len(table.columns), 'column')} were read."
    lines = [size, *(escaped(note) for note in notes)]
    return TableRead(table=table, notes=Text(markdown="\n".join(f"- {line}" for line in lines)))


class WriteTable(Frozen):
    """A table and the format to write it in; `name` is the file's name without suffix."""

    table: Table
    to: Literal["csv", "xlsx"]
    name: str = Field(default="", max_length=120)


class TableWritten(Frozen):
    """The written file."""

    file: File


def write_table(given: WriteTable, bench: Bench) -> TableWritten:
    """Write a table as csv (UTF-8 with a mark, for Excel) or as a formatted workbook."""
    columns = read_columns(bench, given.table)
    title = stem(given.name) if given.name else given.table.name
    at = bench.task.asked_at
    content = write_csv(columns) if given.to == "csv" else write_workbook({title: columns}, at=at)
    return TableWritten(file=bench.write(f"{title}.{given.to}", MEDIA_TYPES[given.to], content))


TABLE_READ = Tool(
    name="table.read",
    summary="Read a csv, tsv, xlsx or Parquet file as a table with typed columns.",
    input=ReadTable,
    output=TableRead,
    run=read_table,
    prior=Prior(p50=0.3, p90=5.0),
)
TABLE_WRITE = Tool(
    name="table.write",
    summary="Write a table as a csv or xlsx file.",
    input=WriteTable,
    output=TableWritten,
    run=write_table,
    prior=Prior(p50=0.3, p90=5.0),
)
