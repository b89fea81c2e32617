import pytest
from pydantic import BaseModel

from sampark.planning.check import check
from sampark.planning.toolbox_test import (
    OPEN,
    POLICY,
    READ,
    TOOLS,
    Letter,
    compiled,
    plan,
    ref,
    step,
    told,
    tool,
)


def test_an_unknown_argument_has_a_near_name() -> None:
    made = plan(OPEN, step("read", "table.read", file=ref("open.file"), sheets="Q1"))
    assert "takes no argument 'sheets'. Did you mean 'sheet'?" in told(made, "UnknownArg")


def test_a_missing_argument_is_offered_an_output() -> None:
    made = plan(OPEN, step("read", "table.read"), deliver=("read.table",))
    assert told(made, "MissingArg") == (
        "MissingArg at 'read': table.read needs 'file': a File. Take the output 'file' of 'open'."
    )


def test_a_missing_list_is_offered_a_list() -> None:
    made = plan(OPEN, READ, step("book", "report.workbook", title="T"), deliver=("book.file",))
    assert "Take a list with the output 'table' of 'read'." in told(made, "MissingArg")


def test_a_missing_handle_is_offered_the_attachments() -> None:
    made = plan(step("open", "file.open"), deliver=("open.file",))
    assert "The attachments are: 'att1'." in told(made, "MissingArg")
    without = made.model_copy(update={"inputs": ()})
    assert "The mail has no attachment" in told(without, "MissingArg")


def test_a_missing_word_has_no_offer() -> None:
    made = plan(step("note", "text.note"), deliver=("note.note",))
    assert told(made, "MissingArg").endswith("needs 'words': text. Add 'words'.")


@pytest.mark.parametrize(
    ("arg", "expected"),
    [
        ("opne.file", "'opne' is no step of the plan. Did you mean 'open'?"),
        ("open.fil", "'open' (file.open) has no output 'fil'. Did you mean 'file'?"),
        ("open.zzz", "has no output 'zzz'. The outputs of 'open' are: 'file'."),
    ],
)
def test_a_reference_that_leads_nowhere(arg: str, expected: str) -> None:
    made = plan(OPEN, step("read", "table.read", file=ref(arg)), deliver=("read.table",))
    assert expected in told(made, "DanglingRef")


def test_a_reference_inside_a_list_can_dangle_too() -> None:
    args = {"title": "T", "tables": [ref("read.tabel")]}
    made = plan(OPEN, READ, step("book", "report.workbook", **args), deliver=("book.file",))
    assert "Did you mean 'table'?" in told(made, "DanglingRef")


def test_an_order_after_nobody_dangles() -> None:
    made = plan(step("note", "text.note", after=("wait",), words="x"), deliver=("note.note",))
    assert "comes after 'wait', which is no step" in told(made, "DanglingRef")


@pytest.mark.parametrize(
    ("handle", "fix"),
    [("att2", "'att1'"), ("sales.csv", "'att1'"), ("sale.csv", "'att1'")],
)
def test_a_handle_that_is_not_attached(handle: str, fix: str) -> None:
    made = plan(step("open", "file.open", handle=handle), deliver=("open.file",))
    assert f"is no attachment of this mail. Did you mean {fix}?" in told(made, "DanglingRef")


def test_a_handle_like_no_other_is_answered_with_the_list() -> None:
    made = plan(step("open", "file.open", handle="???"), deliver=("open.file",))
    assert "The attachments are: 'att1'." in told(made, "DanglingRef")
    without = made.model_copy(update={"inputs": ()})
    assert "ask the requester for the file" in told(without, "DanglingRef")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (
            {"title": 3},
            "should be text, but the number 3 does not fit: input should be a valid string. Write",
        ),
        ({"title": 10**30}, "a huge number does not fit"),
        ({"title": ["x"]}, "a list of 1 does not fit"),
        ({"title": {"x": 1}}, "an object of 1 does not fit"),
        ({"title": None}, "but nothing does not fit"),
        ({"title": True}, "but true does not fit"),
        ({"texts": ref("read.notes")}, "the output 'notes' of 'read' is a Text. Put it in a list."),
        (
            {"texts": [ref("read.notes"), ref("read.table")]},
            "but the output 'table' of 'read' is a Table. Take the output 'notes' of 'read'.",
        ),
        (
            {"pictures": [ref("charts.charts")]},
            "It is a list: a step that takes a list is needed here.",
        ),
        ({"title": [ref("read.notes")]}, "but it is a list of 1."),
        (
            {"texts": [ref("read.notes"), 7]},
            "Item 2 of 'texts' of report.pdf should be a Text, but the number 7 does not fit",
        ),
        (
            {"pictures": [ref("open.file"), [ref("read.table")]]},
            "Item 2 of 'pictures' of report.pdf should be a File, but it is a list of 1.",
        ),
    ],
)
def test_a_wrong_type_is_told_in_words(args: dict[str, object], expected: str) -> None:
    charts = step("charts", "table.charts", table=ref("read.table"))
    report = step("report", "report.pdf", **{"title": "T", **args})
    made = plan(OPEN, READ, charts, report, deliver=("report.file", "charts.charts"))
    assert expected in told(made, "WrongType")


def test_a_wrong_reference_is_offered_the_nearest_fitting_output() -> None:
    wrong = step("wrong", "table.profile", table=ref("open.file"))
    made = plan(OPEN, READ, wrong, deliver=("wrong.summary",))
    assert "Take the output 'table' of 'read'." in told(made, "WrongType")


def test_where_nothing_fits_the_tools_that_make_it_are_offered() -> None:
    wrong = step("wrong", "table.profile", table=ref("open.file"))
    message = told(plan(OPEN, wrong, deliver=("wrong.summary",)), "WrongType")
    assert "is a File. Add a step before it that makes one, with: " in message
    assert "'table.read'" in message


def test_what_can_be_written_out_is_to_be_written() -> None:
    wrong = step("wrong", "text.note", words=ref("open.file"))
    message = told(plan(OPEN, wrong, deliver=("wrong.note",)), "WrongType")
    assert message.endswith("is a File. Write text.")


@pytest.mark.parametrize(
    ("tool_name", "name", "listed"),
    [("table.read", "file", False), ("report.pdf", "pictures", True)],
)
def test_a_file_is_handed_on_by_a_step_and_never_written_out(
    tool_name: str, name: str, listed: bool
) -> None:
    file = {"name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64}
    made = plan(step("x", tool_name, **{name: (file,) if listed else file}))
    message = told(made, "WrongType")
    assert "it is made by a step and cannot be written out" in message
    assert "Add a step before it that makes one, with: " in message


@pytest.mark.parametrize(
    ("tool_name", "args", "expected"),
    [
        ("file.convert", {"to": "pdff"}, "Did you mean 'pdf'?"),
        ("file.convert", {"to": "zzz"}, "It is one of: 'csv', 'xlsx', 'pdf'."),
        ("file.convert", {"to": 3}, "Write one of 'csv', 'xlsx', 'pdf'."),
    ],
)
def test_a_choice_has_a_near_one(tool_name: str, args: dict[str, object], expected: str) -> None:
    made = plan(OPEN, step("x", tool_name, file=ref("open.file"), **args), deliver=("x.file",))
    assert expected in told(made, "WrongType")


def test_a_value_out_of_bounds_asks_for_another() -> None:
    charts = step("charts", "table.charts", table=ref("read.table"), most=99)
    message = told(plan(OPEN, READ, charts, deliver=("charts.charts",)), "WrongType")
    assert "less than or equal to 20. Choose another value." in message


@pytest.mark.parametrize(
    "start", ["2027-01-01T10:00:00", "tomorrow at ten", "2027-13-01T10:00:00Z", 12]
)
def test_a_moment_needs_its_offset(start: object) -> None:
    made = plan(step("event", "event.make", title="T", start=start), deliver=("event.file",))
    assert "a moment such as 2027-01-01T10:00:00+01:00" in told(made, "WrongType")


def test_a_moment_with_its_offset_is_taken() -> None:
    event = step("event", "event.make", title="T", start="2027-01-01T10:00:00+01:00")
    compiled(plan(event, deliver=("event.file",)))


def test_a_long_literal_is_not_repeated() -> None:
    secret = "the body of a private mail, word by word"
    made = plan(step("event", "event.make", title="T", start=secret), deliver=("event.file",))
    message = told(made, "WrongType")
    assert "private" not in message
    assert "a text of 40 characters" in message


def test_a_handle_is_written_and_never_computed() -> None:
    note = step("note", "mail.send", to="a@b.c", body="x")
    made = plan(note, step("open", "file.open", handle=ref("note.id")), deliver=("open.file",))
    assert "should be the handle of an attachment" in told(made, "WrongType")


class Span(BaseModel):
    low: int
    high: int

    def model_post_init(self, _context: object) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


def test_literals_that_do_not_go_together() -> None:
    tools = {**TOOLS, "span": tool("span", Span, Letter)}
    made = plan(step("s", "span", low=2, high=1), deliver=("s.body",))
    found = check(made, tools, POLICY)
    assert isinstance(found, list)
    assert "do not go together" in str(found[0])


def test_handles_in_a_list_must_be_attached_too() -> None:
    opened = step("all", "file.open_all", handles=["att1", "att7"], first="att1")
    message = told(plan(opened, deliver=("all.charts",)), "DanglingRef")
    assert "'att7' is no attachment of this mail" in message


def test_attached_handles_in_a_list_are_taken() -> None:
    opened = step("all", "file.open_all", handles=["att1"])
    compiled(plan(opened, deliver=("all.charts",)))
