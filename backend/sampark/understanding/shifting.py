"""What changes about an event or a reminder: another time or day, an hour later, more people, another place."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sampark.domain.task import Task
from sampark.understanding import moments, numbers, occasions, people
from sampark.understanding.moments import Moment
from sampark.understanding.numbers import LENGTH, NUMBER, length, value
from sampark.understanding.reading import Found, mask, spans
from sampark.understanding.replies import Context

_LATER = r"\s+(?P<way>later|earlier|after(?:wards)?|before|sooner)\b"
_BY_LENGTH = re.compile(rf"(?:by\s+)?{LENGTH}{_LATER}", re.IGNORECASE)
_POSTPONED = re.compile(
    rf"\b(?:postpone|delay|push|move)\b(?:\s+(?:it|this|that|back))*\s+by\s+{LENGTH}", re.IGNORECASE
)
_SNOOZED = re.compile(rf"\bsnooze\b(?:\s+(?:it|this|that))*(?:\s+for)?\s+{LENGTH}", re.IGNORECASE)
_BY_DAYS = re.compile(
    rf"(?:(?P<next>the\s+(?:next\s+)?)|(?P<n>{NUMBER})\s+)(?P<unit>day|week)s?{_LATER}"
    r"|\b(?:the\s+)?(?:next|following)\s+(?P<unit2>day|week)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:\b(?:call|name|rename)\s+(?:it|this|that)(?:\s+to)?|\btitle\s*(?::|is|should\s+be|to))\s+(?P<value>[^\n]{1,120})\Z",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:place|room|location|venue)\s+(?:is|should\s+be|to)\s+(?P<value>[^\n]{1,120})\Z",
    re.IGNORECASE,
)
_BACK = re.compile(r"(?:earlier|before|sooner)\Z", re.IGNORECASE)

Taken = list[tuple[int, int]]


def read(text: str, task: Task, context: Context) -> tuple[tuple[Found, ...], Taken]:
    """Return the claims that a sentence changes, and all the spans that were read."""
    named = _named(text)
    if named:
        return named, [(0, len(text))]
    found, taken = _times(text, task, context)
    rest = mask(text, taken)
    if task.kind == "event":
        more = [*numbers.minutes(rest), *_people(rest, task)]
        more += occasions.place(text, rest, rest) if not more else ()
        found += [item for item in more if item.name not in {it.name for it in found}]
        taken += [occasions.place_with_lead(it, text) for it in more if it.name == "place"]
        taken += spans(more)
    return tuple(found), taken


def _named(text: str) -> tuple[Found, ...]:
    for name, form in (("title", _CALLED), ("place", _PLACED)):
        if (match := form.search(text)) is not None:
            said = match["value"].strip(" .!\"'")
            at = match.start("value") + match["value"].index(said)
            return (Found(name, said, at, at + len(said)),)
    return ()


def _times(text: str, task: Task, context: Context) -> tuple[list[Found], Taken]:
    before = _known(task)
    moved = _moved(text, before) if before is not None else None
    if moved is not None:
        return [moved], [(moved.start, moved.end)]
    if (snoozed := _SNOOZED.search(text)) is not None:
        when = (context.now.at + length(snoozed)).replace(microsecond=0)
        return [Found("when", when.isoformat(), *snoozed.span())], [snoozed.span()]
    found = moments.read(text, context.now)
    if before is not None and not any(_is_by_now(text, it) for it in found):
        anchored = moments.read(text, replace(context.now, day=before.date()))
        found = anchored if all(_coming(it, context) for it in anchored) else found
    chosen = [_at_same_hour(moment, before) for moment in found]
    claims = [item for moment in chosen[:1] for item in moments.claims(moment)]
    readable = [item for item in claims if item.value is not None]
    return readable, [moments.widened(moment, text) for moment in chosen[:1]]


def _is_by_now(text: str, moment: Moment) -> bool:
    return text[moment.start : moment.end].lower().startswith(("in ", "within ", "after "))


def _coming(moment: Moment, context: Context) -> bool:
    return moment.day is not None or all(when > context.now.at for when in moment.whens)


def _at_same_hour(moment: Moment, before: datetime | None) -> Moment:
    """Return a mere day as that day at the hour that was known."""
    if moment.day is None or before is None:
        return moment
    when = before.replace(year=moment.day.year, month=moment.day.month, day=moment.day.day)
    return replace(moment, day=None, whens=(when,))


def _moved(text: str, before: datetime) -> Found | None:
    """Return the known moment moved by what the words say: 'an hour later', 'the day after'."""
    for form in (_POSTPONED, _BY_LENGTH):
        if (match := form.search(text)) is not None:
            return _by(length(match), match, before)
    match = _BY_DAYS.search(text)
    if match is None:
        return None
    many = value(match["n"]) if match["n"] else 1.0
    unit = match["unit"] or match["unit2"]
    return _by(timedelta(days=many * (7 if unit.lower() == "week" else 1)), match, before)


def _by(step: timedelta, match: re.Match[str], before: datetime) -> Found:
    way = match.groupdict().get("way") or "later"
    when = before - step if _BACK.match(way) else before + step
    return Found("when", when.isoformat(), *match.span())


def _known(task: Task) -> datetime | None:
    found = (claim.value for claim in task.claims if claim.name == "when")
    said = next((it for it in found if isinstance(it, str)), None)
    return datetime.fromisoformat(said) if said else None


def _people(text: str, task: Task) -> Iterator[Found]:
    """Yield the people who come along, behind those who were named before."""
    claim = task.claim("attendees")
    known = claim.value if claim and isinstance(claim.value, list) else []
    for item in people.attendees(text, (task.account,)):
        fresh = item.value if isinstance(item.value, list) else []
        yield replace(item, value=[*known, *(it for it in fresh if it not in known)])
