"""Views of the desk as HTML. Every template escapes what it is given: most of it is from mails."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sampark.desk.views import (
    LetterLine,
    MailboxLine,
    Overview,
    Said,
    StepLine,
    TaskLine,
    TaskPage,
)
from sampark.desk.visits import Visitor
from sampark.domain.base import TaskId

TEMPLATES = Path(__file__).parent / "templates"

WORDS = {
    "asking": "asked back",
    "approving": "waits for go",
    "open": "being read",
    "reconnect": "reconnect needed",
}
"""How a status reads on a chip, where the status itself is not the best word."""

_APPENDIX = re.compile(r"^(Attached:\n- |\[Picture |How this was done$)", re.MULTILINE)


def tiles(overview: Overview) -> str:
    """Return the big numbers."""
    return _render("tiles", overview=overview)


def alarms(overview: Overview, *, now: datetime) -> str:
    """Return what a person should look into, and what to do; empty if there is nothing."""
    return _render("alarms", overview=overview, now=now) if overview.alarms else ""


def mailboxes(lines: tuple[MailboxLine, ...], *, now: datetime) -> str:
    """Return the table of mailboxes with how each of them stands."""
    return _render("mailboxes", lines=lines, now=now)


def tasks(lines: tuple[TaskLine, ...], *, now: datetime, can_write: bool) -> str:
    """Return the table of tasks."""
    return _render("tasks", lines=lines, now=now, can_write=can_write)


def mails(overview: Overview, *, now: datetime) -> str:
    """Return the table of mails with what became of them."""
    return _render("mails", lines=overview.mails, now=now)


def heading(page: TaskPage, *, now: datetime) -> str:
    """Return the head of a task's page."""
    return _render("heading", page=page, line=page.line, now=now)


def bubble(said: Said, task: TaskId, *, now: datetime) -> str:
    """Return one mail of a conversation."""
    words, more = parted(said.text) if said.ours else (said.text, "")
    rest = "\n\n".join(part for part in (more, said.rest) if part)
    return _render("bubble", said=said, words=words, rest=rest, task=task, now=now)


def parted(text: str) -> tuple[str, str]:
    """Return what a mail of ours says, and what it tells of how it came about."""
    begins = _APPENDIX.search(text)
    return (
        (text[: begins.start()].strip(), text[begins.start() :].strip()) if begins else (text, "")
    )


def step(line: StepLine, task: TaskId) -> str:
    """Return one step as a row that opens."""
    return _render("step", step=line, task=task)


def plan(page: TaskPage) -> str:
    """Return the plan's picture, which is our own SVG, and what it assumes."""
    return _render("plan", page=page, picture=Markup(page.picture))  # noqa: S704 - made by us


def no_steps() -> str:
    """Return what stands where no step is known yet."""
    return _render("no_steps")


def empty_mailbox() -> str:
    """Return what stands where the person has no mail."""
    return _render("empty_mailbox")


def writing(sender: str, account: str, *, allowed: bool) -> str:
    """Return the head of a new mail, or why none can be written."""
    return _render("writing", sender=sender, account=account, allowed=allowed)


def thread_head(letters: list[LetterLine]) -> str:
    """Return the subject of an open thread."""
    return _render("thread_head", letters=letters)


def letter(letter: LetterLine) -> str:
    """Return a mail of the mailbox; its HTML, if it has any, waits in an attribute to be framed."""
    return _render("letter", letter=letter)


def navigation(active: str, *, mailbox: bool) -> str:
    """Return the links of the sidebar."""
    return _render("navigation", active=active, mailbox=mailbox)


def brand() -> str:
    """Return the mark and the name."""
    return _render("brand")


def signed_in(who: Visitor) -> str:
    """Return who is signed in, with the button that ends it."""
    return _render("signed_in", who=who)


def note(words: str, *, kind: str = "info") -> str:
    """Return one sentence in a box of that kind: info, good, bad."""
    return _render("note", words=words, kind=kind)


def day(date: str) -> str:
    """Return the date of a mail as people write it; one that cannot be read stays as it is."""
    try:
        return f"{parsedate_to_datetime(date):%d %b %Y, %H:%M}"
    except (ValueError, TypeError):
        return date


def age(at: datetime | None, now: datetime) -> str:
    """Return how long ago a moment is, or how far ahead, in words that fit a table."""
    if at is None:
        return ""
    ahead = at > now
    apart = abs(now - at)
    if apart < timedelta(seconds=60):
        return "in a moment" if ahead else "just now"
    if apart < timedelta(hours=1):
        words = f"{int(apart.total_seconds() // 60)} min"
    elif apart < timedelta(days=1):
        words = f"{int(apart.total_seconds() // 3600)} h"
    elif apart < timedelta(days=7):
        words = f"{apart.days} d"
    else:
        return f"{at:%d %b %Y}"
    return f"in {words}" if ahead else f"{words} ago"


def size(count: int) -> str:
    """Return a number of bytes as people say it."""
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1_000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def lasting(seconds: float) -> str:
    """Return how long something took."""
    if seconds <= 0:
        return ""
    if seconds < 1:
        return f"{max(seconds * 1000, 1):.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"


def _render(name: str, **values: object) -> str:
    return _templates().get_template(f"{name}.html.jinja2").render(**values)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known = cast("dict[str, object]", found.filters)
    known.update(age=age, day=day, size=size, lasting=lasting)
    cast("dict[str, object]", found.globals)["WORDS"] = WORDS
    return found
