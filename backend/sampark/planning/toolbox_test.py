"""Tools and plans of the kind that real plans are made of, for the tests of this room."""

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field

from sampark.domain.base import Frozen, StepKey
from sampark.domain.plan import Plan, PlanOrigin, Ref, Step, read_arg
from sampark.domain.policy import Policy
from sampark.domain.ports import Bench
from sampark.domain.task import TaskInput
from sampark.domain.tool import AnyTool, Approval, Handle, Prior, Sink, Tool
from sampark.domain.value import File, Table, Text
from sampark.planning.check import CheckedPlan, check
from sampark.planning.problems import PlanError


class Opened(Frozen):
    handle: Handle


class ManyOpened(Frozen):
    handles: list[Handle]
    first: Handle | None = None


class OneFile(Frozen):
    file: File


class ReadTable(Frozen):
    file: File
    sheet: str = ""


class TableRead(Frozen):
    table: Table
    notes: Text


class OneTable(Frozen):
    table: Table


class Profile(Frozen):
    summary: Text
    columns: Table


class Charts(Frozen):
    table: Table
    most: int = Field(default=6, ge=1, le=20)


class ManyFiles(Frozen):
    charts: list[File]


class Report(Frozen):
    title: str
    texts: list[Text] = Field(default=[])
    tables: list[Table] = Field(default=[])
    pictures: list[File] = Field(default=[])


class Workbook(Frozen):
    title: str
    tables: list[Table]


class Convert(Frozen):
    file: File
    to: Literal["csv", "xlsx", "pdf"]


class Event(Frozen):
    title: str
    start: datetime
    minutes: int = 60
    attendees: list[str] = Field(default=[])


class Wait(Frozen):
    until: datetime


class Reached(Frozen):
    reached: datetime


class Note(Frozen):
    words: str


class Noted(Frozen):
    note: Text


class Letter(Frozen):
    to: str
    body: str | Text
    bcc: str | None = None


class Sent(Frozen):
    id: str


class Page(Frozen):
    url: str


class PageText(Frozen):
    page: Text
    title: str


class Answer(Frozen):
    text: Text


def never(_given: object, _bench: Bench) -> Any:
    raise AssertionError("the compiler runs nothing")


def tool(name: str, given: type, made: type, **options: Any) -> AnyTool:
    return Tool(name=name, summary=name, input=given, output=made, run=never, **options)


TOOLS: dict[str, AnyTool] = {
    made.name: made
    for made in (
        tool("file.open", Opened, OneFile),
        tool("file.open_all", ManyOpened, ManyFiles),
        tool("table.read", ReadTable, TableRead, prior=Prior(0.5, 2.0)),
        tool("table.profile", OneTable, Profile, prior=Prior(1.0, 4.0)),
        tool("table.charts", Charts, ManyFiles, prior=Prior(2.0, 6.0)),
        tool("report.workbook", Workbook, OneFile),
        tool("report.pdf", Report, OneFile, prior=Prior(1.0, 3.0, 100, 0.25)),
        tool("file.convert", Convert, OneFile),
        tool("event.make", Event, OneFile),
        tool("time.wait", Wait, Reached, waits=True),
        tool("text.note", Note, Noted),
        tool("mail.send", Letter, Sent, sink=Sink.MAIL_SEND),
        tool("mail.ask", Letter, Sent, sink=Sink.MAIL_SEND, approval=Approval.DASHBOARD),
        tool("web.fetch", Page, PageText, sink=Sink.WEB_FETCH),
        tool("reply.say", Answer, Sent, sink=Sink.REPLY_OWNER),
    )
}

SHEET = TaskInput(handle="att1", name="sales.csv", media_type="text/csv", size=10)


def step(key: str, tool: str, /, *, after: tuple[str, ...] = (), **args: Any) -> Step:
    return Step(
        key=StepKey(key),
        title=f"The step {key}",
        tool=tool,
        args={name: read_arg(arg) for name, arg in args.items()},
        after=tuple(StepKey(before) for before in after),
    )


def ref(dotted: str) -> Ref:
    key, field = dotted.rsplit(".", 1)
    return Ref(step=StepKey(key), field=field)


def plan(*steps: Step, deliver: tuple[str, ...] = (), **parts: Any) -> Plan:
    return Plan(
        goal="Test",
        steps=steps,
        deliverables=tuple(ref(name) for name in deliver),
        inputs=parts.pop("inputs", (SHEET,)),
        origin=parts.pop("origin", PlanOrigin(kind="person", name="test")),
        **parts,
    )


def profile_plan(**parts: Any) -> Plan:
    """The typical plan: a sheet in, a workbook and a report out."""
    return plan(
        step("open", "file.open", handle="att1"),
        step("read", "table.read", file=ref("open.file")),
        step("profile", "table.profile", table=ref("read.table")),
        step("charts", "table.charts", table=ref("read.table"), most=4),
        step("book", "report.workbook", title="Profile", tables=[ref("profile.columns")]),
        step(
            "report",
            "report.pdf",
            title="Profile",
            texts=[ref("profile.summary"), ref("read.notes")],
            tables=[ref("profile.columns")],
            pictures=ref("charts.charts"),
        ),
        deliver=("profile.summary", "book.file", "report.file"),
        **parts,
    )


POLICY = Policy.default()
NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)
OPEN = step("open", "file.open", handle="att1")
READ = step("read", "table.read", file=ref("open.file"))


def errors(made: Plan, *, policy: Policy = POLICY, **options: Any) -> list[PlanError]:
    found = check(made, TOOLS, policy, **options)
    return found if isinstance(found, list) else []


def told(made: Plan, kind: str, **options: Any) -> str:
    """Return the only error of that kind, in words."""
    found = [error for error in errors(made, **options) if error.kind == kind]
    assert len(found) == 1, errors(made, **options)
    return str(found[0])


def compiled(made: Plan) -> CheckedPlan:
    found = check(made, TOOLS, POLICY)
    assert isinstance(found, CheckedPlan), found
    return found


def test_the_tools_stand_under_their_names() -> None:
    assert all(name == made.name for name, made in TOOLS.items())


def test_the_typical_plan_survives_its_json() -> None:
    typical = profile_plan()
    assert Plan.model_validate_json(typical.model_dump_json()).hash == typical.hash
