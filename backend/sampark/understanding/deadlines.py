"""By when a result is wanted: 'by Friday 17:00', 'no later than noon', 'deadline: 12 May'."""

import re
from dataclasses import dataclass
from datetime import datetime, time

from sampark.understanding import moments
from sampark.understanding.moments import Now

_DUE = re.compile(
    r"\b(?:by|no\s+later\s+than|not\s+later\s+than|due(?:\s+(?:by|on))?|deadline(?:\s+is)?:?)\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
_END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class Deadline:
    """A moment in the requester's zone, and the span of the words that name it."""

    at: datetime
    start: int
    end: int


def read(text: str, now: Now) -> Deadline | None:
    """Return the first deadline that lies ahead, or None; a day ends at 23:59."""
    for moment in moments.read(text, now):
        due = _DUE.search(text, max(0, moment.start - 24), moment.start)
        if due is None:
            continue
        if moment.day is not None:
            at = datetime.combine(moment.day, _END_OF_DAY, tzinfo=now.zone)
        elif len(moment.whens) == 1:
            at = moment.whens[0]
        else:
            continue
        if at > now.at:
            return Deadline(at, due.start(), moment.end)
    return None
