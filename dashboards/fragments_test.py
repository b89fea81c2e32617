from datetime import UTC, datetime, timedelta

import pytest

from dashboards import fragments
from sampark.desk.views import (
    Alarm,
    FileLine,
    HeldLine,
    LetterLine,
    MailboxLine,
    MailLine,
    Overview,
    QuotaUse,
    Result,
    Said,
    StepLine,
    TaskLine,
    TaskPage,
)
from sampark.domain.base import TaskId
from sampark.domain.run import StepStatus
from sampark.domain.task import TaskStatus

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>\"'</details></div>{{7*7}}"
SAFE = "&lt;img src=x onerror=alert(1)&gt;"
FILE = FileLine(name=EVIL, media_type=EVIL, size=1_234, sha256="0" * 64)


def task(**changes: object) -> TaskLine:
    line = TaskLine(
        id=TaskId(EVIL), subject=EVIL, requester=EVIL, goal=EVIL, kind=EVIL,
        status=TaskStatus.RUNNING, note=EVIL, updated_at=NOW,
    )  # fmt: skip
    return line.model_copy(update=changes)


MAIL = MailLine(
    key="k", sender=EVIL, subject=EVIL, received_at=NOW, outcome="ignored", reason=EVIL, task=None
)
HELD = HeldLine(key=EVIL, task=None, subject=EVIL, state="unknown", reason=EVIL)
ALARM = Alarm(kind="held", title=EVIL, detail=EVIL, fix=EVIL, since=NOW - timedelta(hours=2))
MAILBOX = MailboxLine(address=EVIL, state="reconnect needed")
OVERVIEW = Overview(seq=1, counts={}, tasks=(task(),), mails=(MAIL,), held=(HELD,), alarms=(ALARM,))
STEP = StepLine(
    key="k", title=EVIL, tool=EVIL, status=StepStatus.FAILED, attempts=1, seconds=0.5,
    uses=(EVIL,), results=(Result(name=EVIL, text=EVIL), Result(name=EVIL, file=FILE)), error=EVIL,
)  # fmt: skip
SAID = Said(ours=False, sender=EVIL, at=NOW, subject=EVIL, text=EVIL, rest=EVIL, files=(FILE,))
PAGE = TaskPage(line=task(), conversation=(SAID,), steps=(STEP,), assumptions=(EVIL,), origin=EVIL)
LETTER = LetterLine(
    id=EVIL, thread=EVIL, sender=EVIL, mine=True, subject=EVIL, date=EVIL, text=EVIL, files=(EVIL,)
)

EVERYTHING = {
    "tasks": fragments.tasks((task(),), now=NOW, can_write=True),
    "mails": fragments.mails(OVERVIEW, now=NOW),
    "alarms": fragments.alarms(OVERVIEW, now=NOW),
    "mailboxes": fragments.mailboxes((MAILBOX,), now=NOW),
    "heading": fragments.heading(PAGE, now=NOW),
    "bubble": fragments.bubble(SAID, TaskId(EVIL), now=NOW),
    "step": fragments.step(STEP, TaskId(EVIL)),
    "plan": fragments.plan(PAGE.model_copy(update={"picture": "<svg></svg>"})),
    "letter": fragments.letter(LETTER),
    "framed letter": fragments.letter(LETTER.model_copy(update={"mine": False, "html": EVIL})),
    "thread head": fragments.thread_head([LETTER]),
    "writing": fragments.writing(EVIL, EVIL, allowed=True),
    "note": fragments.note(EVIL),
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_a_mail_says_never_becomes_markup(name: str):
    shown = EVERYTHING[name]
    assert "<img src=x" not in shown
    assert "49" not in shown
    assert "</div>{" not in shown
    assert SAFE in shown


def test_an_address_in_a_link_is_quoted():
    assert 'href="/dashboard/task?id=%3Cimg' in EVERYTHING["tasks"]
    assert f"/files/{'0' * 64}" in EVERYTHING["bubble"]


@pytest.mark.parametrize(
    "apart,words",
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (7_200, "2 h ago"),
        (3 * 86_400, "3 d ago"),
        (30 * 86_400, "30 Jan 2027"),
        (-30, "in a moment"),
        (-300, "in 5 min"),
        (-7_200, "in 2 h"),
    ],
)
def test_how_long_ago(apart: int, words: str):
    assert fragments.age(NOW - timedelta(seconds=apart), NOW) == words


@pytest.mark.parametrize(
    "date,words",
    [
        ("Mon, 01 Mar 2027 12:05:06 +0100", "01 Mar 2027, 12:05"),
        ("Mon, 99 Mar 2027 12:05:06 +0100", "Mon, 99 Mar 2027 12:05:06 +0100"),
        ("", ""),
    ],
)
def test_dates_of_mails(date: str, words: str):
    assert fragments.day(date) == words


APPENDIX = (
    "Attached:\n- a.pdf (1 KB)\n\n[Picture plan.png: The plan]\n\nHow this was done\nCost: nothing"
)


@pytest.mark.parametrize(
    "text,words,more",
    [
        (f"It is 7.\n\n{APPENDIX}", "It is 7.", APPENDIX),
        (
            "Sorry.\n\nHow this was done\nCost: nothing",
            "Sorry.",
            "How this was done\nCost: nothing",
        ),
        ("How this was done: quickly.", "How this was done: quickly.", ""),
    ],
)
def test_what_is_said_comes_before_how_it_was_done(text: str, words: str, more: str):
    assert fragments.parted(text) == (words, more)


def test_how_it_was_done_is_folded_in_our_own_mails_only():
    said = SAID.model_copy(update={"text": f"It is 7.\n\n{APPENDIX}", "rest": ""})
    ours = said.model_copy(update={"ours": True})
    assert "<details" in fragments.bubble(ours, TaskId("t"), now=NOW)
    assert "<details" not in fragments.bubble(said, TaskId("t"), now=NOW)


def test_a_moment_that_is_not_known():
    assert fragments.age(None, NOW) == ""


@pytest.mark.parametrize(
    "count,words", [(0, "0 B"), (999, "999 B"), (1_500, "2 kB"), (2_340_000, "2.3 MB")]
)
def test_sizes(count: int, words: str):
    assert fragments.size(count) == words


@pytest.mark.parametrize(
    "seconds,words", [(0, ""), (0.0004, "1 ms"), (0.4, "400 ms"), (1.44, "1.4 s"), (90, "1.5 min")]
)
def test_how_long_it_took(seconds: float, words: str):
    assert fragments.lasting(seconds) == words


@pytest.mark.parametrize(
    "line,words",
    [
        (task(status=TaskStatus.ASKING), "asked back"),
        (task(status=TaskStatus.APPROVING), "waits for go"),
        (task(waits_until=NOW + timedelta(hours=2)), "waiting"),
        (task(status=TaskStatus.STOPPED), "stopped"),
    ],
)
def test_a_chip_says_where_a_task_stands(line: TaskLine, words: str):
    assert f"</svg>\n{words}</span>" in fragments.tasks((line,), now=NOW, can_write=False)


def test_empty_tables_say_what_will_be_there():
    assert "Write a mail" in fragments.tasks((), now=NOW, can_write=True)
    assert "Write a mail" not in fragments.tasks((), now=NOW, can_write=False)
    nothing = OVERVIEW.model_copy(update={"mails": (), "alarms": ()})
    assert "No mail has come yet." in fragments.mails(nothing, now=NOW)
    assert "No mailbox is connected." in fragments.mailboxes((), now=NOW)
    assert fragments.alarms(nothing, now=NOW) == ""


def test_an_alarm_says_what_to_do_and_leads_to_its_tasks():
    line = HELD.model_copy(update={"task": TaskId("t1"), "subject": "Tea", "reason": ""})
    alarm = ALARM.model_copy(update={"title": "1 mail needs a person.", "fix": "Look into Sent."})
    held = OVERVIEW.model_copy(update={"held": (line,), "alarms": (alarm,)})
    shown = fragments.alarms(held, now=NOW)
    assert '<a href="/dashboard/task?id=t1">Tea</a>: unknown</li>' in shown
    assert "What to do:</b> Look into Sent." in shown
    assert 'class="alarm held urgent"' in shown
    calm = held.model_copy(update={"alarms": (alarm.model_copy(update={"urgent": False}),)})
    assert 'class="alarm held"' in fragments.alarms(calm, now=NOW)


USE = QuotaUse(minute=412, limit=6_000, peak=900, today=12_345, at=NOW)


@pytest.mark.parametrize(
    "line,words",
    [
        (
            MailboxLine(address="a@b.org", state="connected"),
            ("connected", "never", '<td class="wide-only soft">–</td>'),
        ),
        (
            MailboxLine(address="a@b.org", state="reconnect needed"),
            ("chip reconnect", "reconnect needed"),
        ),
        (
            MailboxLine(address="a@b.org", state="connected", read_at=NOW - timedelta(minutes=3)),
            ("3 min ago",),
        ),
        (
            MailboxLine(address="a@b.org", state="connected", watch_until=NOW + timedelta(days=1)),
            ("Watch until: 02 Mar, 12:00 UTC",),
        ),
        (
            MailboxLine(address="a@b.org", state="connected", watch_until=NOW - timedelta(hours=3)),
            ("ended", "3 h ago"),
        ),
        (
            MailboxLine(address="a@b.org", state="connected", quota=USE),
            ("412 of 6,000 units a minute<", "of today: 900. Today in all: 12,345.", "width: 6%"),
        ),
        (
            MailboxLine(
                address="a@b.org",
                state="connected",
                quota=USE.model_copy(update={"at": NOW - timedelta(minutes=2)}),
            ),
            ("412 of 6,000 units a minute, ", "2 min ago"),
        ),
    ],
)
def test_how_a_mailbox_stands(line: MailboxLine, words: tuple[str, ...]):
    shown = fragments.mailboxes((line,), now=NOW)
    for each in words:
        assert each in shown


def test_a_plan_that_was_never_made():
    ended = PAGE.model_copy(update={"line": task(status=TaskStatus.DONE)})
    assert "No plan was made." in fragments.plan(ended)
    assert "No plan yet." in fragments.plan(PAGE)
