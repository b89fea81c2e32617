"""The task that this room's tests tell about, and the independent eye they judge mails with."""

import re
import struct
import zlib
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser

from sampark.domain.base import AccountId, GmailId, StepKey, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.plan import Plan, PlanOrigin, Step
from sampark.domain.run import RunRecord, StepError, StepRun, StepStatus
from sampark.domain.task import Task, TaskInput
from sampark.domain.value import REQUESTER, File, Origin, Value

INDIA = timezone(timedelta(hours=5, minutes=30))
START = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
STEPS = (
    ("read", "Read sales.csv", ()),
    ("profile", "Profile every column", ("read",)),
    ("charts", "Draw the charts", ("read",)),
    ("report", "Write the report", ("profile", "charts")),
)
REPORT = File(
    name="report.pdf", media_type="application/pdf", size=131_072, sha256="9f8e7d6c5b4a" * 5
)


def task(**changes: object) -> Task:
    sample = Task(
        id=TaskId("t1"),
        account=AccountId("sampark@example.com"),
        thread_id=ThreadId("th1"),
        gmail_id=GmailId("g1"),
        requester=Address(name="Asha", email="you@example.com"),
        goal="Profile sales.csv",
        words="Please profile the attached sheet.",
        subject="Re: Sales numbers",
        inputs=(TaskInput(handle="att1", name="sales.csv", media_type="text/csv", size=4200),),
        asked_at=datetime(2026, 5, 12, 9, 30, tzinfo=INDIA),
    )
    return sample.model_copy(update=changes)


def plan(**changes: object) -> Plan:
    steps = tuple(
        Step(key=StepKey(key), title=title, tool="table.read", after=tuple(map(StepKey, after)))
        for key, title, after in STEPS
    )
    origin = PlanOrigin(kind="playbook", name="profile")
    return Plan(goal="Profile sales.csv", steps=steps, origin=origin).model_copy(update=changes)


def done(key: str, second: float = 0.0, seconds: float = 1.0, **changes: object) -> StepRun:
    started = START + timedelta(seconds=second)
    origins = frozenset({REQUESTER, Origin(kind="attachment", ref="att1")})
    run = StepRun(
        key=StepKey(key),
        attempt=1,
        status=StepStatus.DONE,
        started_at=started,
        finished_at=started + timedelta(seconds=seconds),
        value=Value(data={}, origins=origins),
    )
    return run.model_copy(update=changes)


def broken(key: str, message: str) -> StepRun:
    error = StepError(kind="StepFailed", message=message)
    return StepRun(key=StepKey(key), attempt=1, status=StepStatus.FAILED, error=error)


def skipped(key: str) -> StepRun:
    return StepRun(key=StepKey(key), attempt=1, status=StepStatus.SKIPPED)


def record(*runs: StepRun, **changes: object) -> RunRecord:
    whole = tuple(done(key, at) for at, (key, _, _) in enumerate(STEPS))
    return RunRecord(task=task(), plan=plan(), steps=runs or whole).model_copy(update=changes)


def png(width: int = 800, height: int = 400) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


class Eye(HTMLParser):
    """What a mail program would fetch or follow, and the words it shows, one block a line."""

    FETCHES = frozenset(
        {"src", "srcset", "background", "poster", "data", "action", "formaction", "ping", "cite"}
    )
    RUNS = frozenset(
        {"script", "style", "link", "base", "iframe", "object", "embed", "form", "svg"}
    )
    INLINE = frozenset({"a", "strong", "em", "s", "code", "span"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.reached: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.INLINE:
            self.words.append("\n")
        if tag in self.RUNS:
            self.reached.append(tag)
        for name, value in attrs:
            self._look(tag, name, (value or "").strip())

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.INLINE:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _look(self, tag: str, name: str, value: str) -> None:
        fetches = name in self.FETCHES and not value.startswith("cid:")
        follows = name == "href"
        styled = name == "style" and ("url" in value or "import" in value)
        if fetches or follows or styled or name.startswith("on"):
            self.reached.append(f"{tag} {name}={value}")


LINKABLE = re.compile(
    r"[a-z][a-z0-9+-]*:(?://|\\\\)|www\.\w|(?<=[\w-])\.(?:com|net|org|example|test|io|zip|рф)(?![\w])"
)


def linkable(text: str) -> list[str]:
    """Return what a mail program would make a link of by itself."""
    flat = re.sub("[\u2024\u3002\ufe52\uff0e\uff61]", ".", text.casefold())
    return LINKABLE.findall(flat)


def test_the_eye_sees_what_reaches_out():
    live = (
        '<p style="background:url(x)">evil<em>.com</em><img src=//t.co/p><a href="https://a.b/">x'
    )
    assert Eye(live).reached == [
        "p style=background:url(x)",
        "img src=//t.co/p",
        "a href=https://a.b/",
    ]
    assert linkable(Eye(live).text) == [".com"]
    assert linkable("see HTTPS://x and www.y or a。test but not sales.csv, 3.14 or v1.2") == [
        "https://",
        "www.y",
        ".test",
    ]
