"""The small tools: files, tables, notes, and what the catalogue holds."""

import inspect
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from sampark.domain.ports import Bench
from sampark.domain.tool import HandleMark
from sampark.domain.value import File, Table, Text
from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.tools.catalog import TOOLS
from sampark.execution.tools.files import OpenFile, open_file
from sampark.execution.tools.notes import RemindOf, WaitUntil, Words, note, remind, wait_until
from sampark.execution.tools.tables import ReadTable, WriteTable, read_table, write_table

BENCH = MemoryBench.alone(datetime(2024, 5, 1, 9, tzinfo=UTC))


def types(model) -> dict[str, object]:
    return {name: field.annotation for name, field in model.model_fields.items()}


def test_the_catalogue_holds_every_tool_under_its_name():
    assert sorted(TOOLS) == [
        "chart.bar", "event.make", "file.convert", "file.open", "pdf.merge", "pdf.split",
        "remind.note", "report.pdf", "report.workbook", "table.ask", "table.charts",
        "table.profile", "table.read", "table.write", "text.note", "time.wait",
    ]  # fmt: skip
    assert all(tool.name == name and tool.summary.endswith(".") for name, tool in TOOLS.items())
    assert [name for name, tool in TOOLS.items() if tool.waits] == ["time.wait"]
    assert all(tool.sink is None for tool in TOOLS.values())


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_a_tool_takes_its_input_and_gives_its_output(tool):
    signature = inspect.signature(tool.run, eval_str=True)
    first, second = signature.parameters.values()
    assert (first.annotation, second.annotation) == (tool.input, Bench)
    assert signature.return_annotation is tool.output
    assert tool.run.__doc__


def test_the_wiring_of_the_playbooks_holds():
    assert types(TOOLS["table.profile"].output) == {
        "summary": Text, "columns": Table, "missing": Table, "outliers": Table,
    }  # fmt: skip
    assert types(TOOLS["table.read"].output) == {"table": Table, "notes": Text}
    assert types(TOOLS["report.pdf"].input)["texts"] == list[Text]
    assert types(TOOLS["pdf.split"].output) == {"files": list[File]}
    handle = TOOLS["file.open"].input.model_fields["handle"]
    assert any(isinstance(mark, HandleMark) for mark in handle.metadata)


def test_an_attachment_is_opened_by_handle():
    file = BENCH.attach("att1", "a.csv", b"a,b\n1,2\n")
    assert open_file(OpenFile(handle="att1"), BENCH).file == file
    with pytest.raises(StepFailed, match="no attachment 'att9'"):
        open_file(OpenFile(handle="att9"), BENCH)


def test_a_table_is_read_with_notes_that_are_no_markup():
    file = BENCH.write("s*.csv", "text/csv", b"*a*;b\nx;1,5\n_y_;2,5\n")
    read = read_table(ReadTable(file=file), BENCH)
    assert read.notes.markdown == (
        "- 2 rows and 2 columns were read.\n- Cells are separated by semicolons."
    )
    assert [column.kind for column in read.table.columns] == ["text", "number"]


def test_a_table_is_written_and_reads_back():
    file = BENCH.write(
        "sales.csv", "text/csv", b"id,amount,day\n007,1.5,2024-01-02\n008,2,2024-01-03\n"
    )
    table = read_table(ReadTable(file=file), BENCH).table
    sheet = write_table(WriteTable(table=table, to="xlsx"), BENCH).file
    assert sheet.name == "sales.xlsx"
    assert load_workbook(BytesIO(BENCH.read(sheet))).active["A2"].value == "007"
    again = read_table(ReadTable(file=sheet), BENCH).table
    assert again.sha256 == table.sha256
    text = write_table(WriteTable(table=table, to="csv", name="out.txt"), BENCH).file
    assert (text.name, BENCH.read(text)) == (
        "out.csv",
        b"\xef\xbb\xbfid,amount,day\r\n007,1.5,2024-01-02\r\n008,2,2024-01-03\r\n",
    )
    with pytest.raises(ValidationError):
        WriteTable(table=table, to="pdf")


def test_waiting_reminding_and_noting():
    until = datetime(2024, 6, 1, 9, tzinfo=timezone(timedelta(hours=2)))
    assert wait_until(WaitUntil(until=until), BENCH).reached == until
    with pytest.raises(ValidationError, match="timezone"):
        WaitUntil(until=datetime(2024, 6, 1))
    reminder = remind(RemindOf(what="pay the *rent*"), BENCH).note.markdown
    assert reminder == ("**Reminder:** pay the \\*rent\\*\n\nYou asked for this on 1 May 2024.")
    assert (
        note(Words(words="a [b](c)\n\n\n\n<d>"), BENCH).note.markdown == "a \\[b\\](c)\n\n\\<d\\>"
    )
