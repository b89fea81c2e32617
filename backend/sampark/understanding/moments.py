"""Moments: days joined with times of day and told in a time zone, as claims `when`, `day`, `zone`, `minutes`.

`when` is an ISO date and time with offset. Two claims `when` with different values mean that the words
can be read both ways; a claim with the value None means that a moment is named that cannot be read.
`day` is an ISO date: a day was named without a time of day. A time without a day is its next coming.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from sampark.understanding import dates, times
from sampark.understanding.dates import Day
from sampark.understanding.numbers import LENGTH, length
from sampark.understanding.reading import BLANK, Found, mask
from sampark.understanding.times import Clock

_GAP = re.compile(
    r"[\s,;()-]*(?:(?:at|on|um|à|a\s+las|from|von|between|zwischen|de|the|around|about|gegen|ab|am|le|el|in"
    r"|starting|beginning|time|uhrzeit|date|when|for)\b[\s:,@]*){0,2}@?\s*\Z",
    re.IGNORECASE,
)
_SOON = (
    re.compile(rf"\b(?:in|within|after)\s+(?:about\s+)?{LENGTH}", re.IGNORECASE),
    re.compile(rf"{LENGTH}\s+from\s+now\b", re.IGNORECASE),
)
_BEFORE = re.compile(
    rf"{LENGTH}\s+(?:before|prior to|ahead of)\s+(?:the\s+[\w ]{{1,30}}?\s+)?(?:at\s+|on\s+)?\Z",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:-|to|until|till|til|bis|through)\s*\Z", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"\b(?:on|at|@|for|from|by|until|before|the|um|am|le|à)[\s,]*\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class Moment:
    """A moment that the words name: what it may mean, or only a day; `minutes` to the end of a range."""

    start: int
    end: int
    whens: tuple[datetime, ...] = ()
    day: date | None = None
    minutes: int | None = None
    zone: tuple[int, int, str] | None = None


@dataclass(frozen=True)
class Now:
    """Where the requester stands: the moment of asking, told in their own zone, and the day a bare time is on."""

    at: datetime
    zone: tzinfo
    day: date | None = None

    @property
    def today(self) -> date:
        """The requester's own date of today."""
        return self.at.astimezone(self.zone).date()


def read(text: str, now: Now) -> tuple[Moment, ...]:
    """Return the moments a plain text names, in order of mention."""
    soon = [_soon(match, now) for form in _SOON for match in form.finditer(text)]
    rest = mask(text, ((item.start, item.end) for item in soon))
    days = dates.read(rest, now.today)
    clocks = times.read(mask(rest, ((day.start, day.end) for day in days)))
    joined = _ranges(sorted([*soon, *_paired(days, clocks, rest, now)], key=_start), text)
    return tuple(_earlier(moment, text) for moment in joined)


def claims(moment: Moment) -> tuple[Found, ...]:
    """Return what a moment claims: `when` (or `day`), `zone`, `minutes`."""
    found: list[Found] = []
    span = (moment.start, moment.end)
    if moment.day is not None:
        found.append(Found("day", moment.day.isoformat(), *span))
    else:
        values = dict.fromkeys(when.isoformat() for when in moment.whens) or {None: None}
        found.extend(Found("when", value, *span) for value in values)
    if moment.zone is not None:
        found.append(Found("zone", moment.zone[2], moment.zone[0], moment.zone[1]))
    if moment.minutes is not None:
        found.append(Found("minutes", moment.minutes, *span))
    return tuple(found)


def widened(moment: Moment, text: str) -> tuple[int, int]:
    """Return the span of a moment with the little words before it ('on', 'at', 'for the')."""
    lead = _LEAD_IN.search(text, max(0, moment.start - 12), moment.start)
    return (lead.start() if lead else moment.start), moment.end


def _start(moment: Moment) -> int:
    return moment.start


def _soon(match: re.Match[str], now: Now) -> Moment:
    when = (now.at + length(match)).astimezone(now.zone).replace(microsecond=0)
    return Moment(match.start(), match.end(), (when,))


def _paired(
    days: tuple[Day, ...], clocks: tuple[Clock, ...], text: str, now: Now
) -> Iterator[Moment]:
    partner = _partners(days, clocks, text)
    for clock in clocks:
        day = partner.get(clock)
        if clock.part and day is None:
            continue
        yield _moment(day, clock, now)
    taken = set(partner.values())
    for day in days:
        if day not in taken:
            yield _only_day(day)


def _partners(days: tuple[Day, ...], clocks: tuple[Clock, ...], text: str) -> dict[Clock, Day]:
    partner: dict[Clock, Day] = {}
    for first, second in pairwise(sorted([*days, *clocks], key=lambda hit: hit.start)):
        if not _GAP.match(text, first.end, second.start):
            continue
        match first, second:
            case Day() as day, Clock() as clock if clock not in partner:
                partner[clock] = day
            case Clock() as clock, Day() as day if (
                clock not in partner and day not in partner.values()
            ):
                partner[clock] = day
            case _:
                pass
    if len(days) == 1:
        partner |= {clock: days[0] for clock in clocks if not clock.part and clock not in partner}
    return partner


def _only_day(day: Day) -> Moment:
    if len(day.days) == 1:
        return Moment(day.start, day.end, day=day.days[0])
    # without a time of day the nearest of several weekdays is meant, but two dates stay two
    if day.weekday:
        return Moment(day.start, day.end, day=day.days[-1])
    return Moment(day.start, day.end)


def _moment(day: Day | None, clock: Clock, now: Now) -> Moment:
    found = [hit for hit in (day, clock) if hit is not None]
    start, end = min(hit.start for hit in found), max(hit.end for hit in found)
    told_in = (now.zone,) if clock.zones is None else clock.zones
    whens = tuple(when for zone in told_in for when in _whens(day, clock.at, zone, now))
    zone = None
    if clock.zone_span is not None and whens:
        offset = whens[0].strftime("%z")
        zone = (*clock.zone_span, f"{offset[:3]}:{offset[3:5]}")
    return Moment(start, end, whens, minutes=clock.minutes, zone=zone)


def _whens(day: Day | None, at: time, zone: tzinfo, now: Now) -> Iterator[datetime]:
    if day is None:
        today = now.day or now.at.astimezone(zone).date()
        when = _at(today, at, zone)
        yield when if now.day or when > now.at else _at(today + timedelta(1), at, zone)
        return
    moments = [_at(one, at, zone) for one in day.days]
    coming = [when for when in moments if when > now.at]
    yield from (coming or moments) if day.weekday else moments


def _at(day: date, at: time, zone: tzinfo) -> datetime:
    # through UTC and back, so that a time the clocks skip gets the offset that is really in force
    local = datetime.combine(day, at, tzinfo=zone)
    return datetime.fromtimestamp(local.timestamp(), tz=zone)


def _ranges(moments: list[Moment], text: str) -> Iterator[Moment]:
    """Join '12 May 14:00 - 13 May 12:00' to one moment that lasts 22 hours."""
    while moments:
        first, *rest = moments
        if rest and first.whens and rest[0].whens and _RANGE.match(text, first.end, rest[0].start):
            lasting = round((rest[0].whens[0] - first.whens[0]).total_seconds() / 60)
            if lasting > 0:
                moments = [replace(first, end=rest[0].end, minutes=lasting), *rest[1:]]
                continue
        yield first
        moments = rest


def _earlier(moment: Moment, text: str) -> Moment:
    """Move '15 minutes before 14:00' to 13:45."""
    before = _BEFORE.search(text, max(0, moment.start - 60), moment.start)
    if before is None or BLANK in before[0]:
        return moment
    whens = tuple(when - length(before) for when in moment.whens)
    return replace(moment, start=before.start(), whens=whens)
