"""Small steps: waiting until a moment, a reminder's words, plain words."""

from datetime import UTC, datetime

from pydantic import AwareDatetime, Field

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import Text
from sampark.execution.tables.words import escaped

_QUICK = Prior(p50=0.01, p90=0.05)


_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""Python cannot tell every moment outside of these on every clock."""


class WaitUntil(Frozen):
    """The moment to wait for."""

    until: AwareDatetime = Field(ge=_EARLIEST, le=_LATEST)


class Reached(Frozen):
    """The moment that was waited for."""

    reached: AwareDatetime


def wait_until(given: WaitUntil, _bench: Bench) -> Reached:
    """Name the moment. The plan sleeps until then outside of this step, at no cost."""
    return Reached(reached=given.until)


class RemindOf(Frozen):
    """What to be reminded of, in the requester's words."""

    what: str = Field(min_length=1, max_length=2000)


class Words(Frozen):
    """Plain words."""

    words: str = Field(min_length=1, max_length=20_000)


class Note(Frozen):
    """A text of the answer."""

    note: Text


def remind(given: RemindOf, bench: Bench) -> Note:
    """Return the reminder's words, with the day on which it was asked for."""
    asked = bench.task.asked_at
    day = f"{asked.day} {asked:%B %Y}"
    return Note(
        note=Text(markdown=f"**Reminder:** {escaped(given.what)}\n\nYou asked for this on {day}.")
    )


def note(given: Words, _bench: Bench) -> Note:
    """Return plain words as a text: paragraphs stay, Markdown signs are shown as they stand."""
    paragraphs = [escaped(part) for part in given.words.split("\n\n")]
    return Note(note=Text(markdown="\n\n".join(part for part in paragraphs if part)))


TIME_WAIT = Tool(
    name="time.wait",
    summary="Wait until a moment.",
    input=WaitUntil,
    output=Reached,
    run=wait_until,
    prior=_QUICK,
    waits=True,
)
REMIND_NOTE = Tool(
    name="remind.note",
    summary="Word a reminder.",
    input=RemindOf,
    output=Note,
    run=remind,
    prior=_QUICK,
)
TEXT_NOTE = Tool(
    name="text.note",
    summary="Put plain words into the answer.",
    input=Words,
    output=Note,
    run=note,
    prior=_QUICK,
)
