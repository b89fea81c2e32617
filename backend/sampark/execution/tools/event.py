"""Calendar files: one event, published and inviting nobody by itself."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Component,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)
from pydantic import AwareDatetime, Field

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import File, Text
from sampark.errors import StepFailed
from sampark.execution.naming import file_title
from sampark.execution.sniff import MEDIA_TYPES
from sampark.execution.tables.words import escaped, listing, plain


class MakeEvent(Frozen):
    """An event. Without a zone name in `start`, the requester's own is used where it fits.

    `minutes` is how long it takes, at most 30 days. `attendees` are e-mail addresses.
    """

    title: str = Field(min_length=1, max_length=200)
    start: AwareDatetime
    minutes: int = Field(default=60, ge=1, le=30 * 24 * 60)
    place: str = Field(default="", max_length=500)
    attendees: list[str] = Field(default=[], max_length=100)


class EventMade(Frozen):
    """The calendar file, and the event in one sentence."""

    file: File
    summary: Text


def make_event(given: MakeEvent, bench: Bench) -> EventMade:
    """Write an .ics file with one event (RFC 5545), method PUBLISH: it asks nobody for an answer.

    Its UID comes from the task and the title, so that a corrected file replaces the event. A start
    in a named zone keeps it, with the zone's rules; one with a plain offset is written in UTC.

    Raises:
        StepFailed: An attendee is not an address.
    """
    start = in_zone(given.start, bench.task.timezone)
    end = (start.astimezone(UTC) + timedelta(minutes=given.minutes)).astimezone(start.tzinfo)
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'{bench.task.id}:{given.title}')}@sampark")
    event.add("dtstamp", bench.now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _told_once(start))
    event.add("dtend", _told_once(end))
    event.add("summary", plain(given.title, 200))
    if given.place:
        event.add("location", plain(given.place, 500))
    for address in given.attendees:
        event.add("attendee", _attendee(address), encode=False)
    content = _calendar(event, start).to_ical()
    file = bench.write(f"{file_title(given.title)}.ics", MEDIA_TYPES["ics"], content)
    return EventMade(file=file, summary=Text(markdown=_sentence(given, start)))


def in_zone(moment: datetime, timezone: str) -> datetime:
    """Return a moment in a named zone: its own, or the requester's where the offsets agree."""
    if isinstance(moment.tzinfo, ZoneInfo) or not timezone:
        return moment if isinstance(moment.tzinfo, ZoneInfo) else moment.astimezone(UTC)
    local = moment.astimezone(ZoneInfo(timezone))
    return local if local.utcoffset() == moment.utcoffset() else moment.astimezone(UTC)


def _told_once(moment: datetime) -> datetime:
    # The hour after summer time ends comes twice; its second pass can only be told in UTC.
    return moment.astimezone(UTC) if moment.fold else moment


def _calendar(event: Event, start: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Sampark//Sampark//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if isinstance(start.tzinfo, ZoneInfo) and start.tzinfo.key != "UTC":
        calendar.add_component(zone_rules(start.tzinfo, start.year))
    calendar.add_component(event)
    return calendar


def zone_rules(zone: ZoneInfo, year: int) -> Timezone:
    """Return a zone's changes from before a year until its end, as RFC 5545 writes them.

    Each change stands with its own local time, told in the offset that it ends.
    """
    rules = Timezone()
    rules.add("tzid", zone.key)
    first = datetime(year - 1, 1, 1, tzinfo=UTC)
    rules.add_component(_rule(first, zone, first))
    for change in _changes(zone, first, datetime(year + 1, 1, 31, tzinfo=UTC)):
        rules.add_component(_rule(change, zone, change - timedelta(seconds=1)))
    return rules


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    day = timedelta(days=1)
    while first < last:
        before, after = _offset(first, zone), _offset(first + day, zone)
        if before != after:
            minutes = range(24 * 60)
            turn = bisect_left(minutes, x=True, key=partial(_turned, first, zone, before))
            yield first + timedelta(minutes=turn)
        first += day


def _turned(start: datetime, zone: ZoneInfo, before: timedelta, minute: int) -> bool:
    return _offset(start + timedelta(minutes=minute), zone) != before


def _rule(moment: datetime, zone: ZoneInfo, before: datetime) -> Component:
    local = moment.astimezone(zone)
    rule = TimezoneDaylight() if local.dst() else TimezoneStandard()
    rule.add("dtstart", (moment + _offset(before, zone)).replace(tzinfo=None))
    rule.add("tzoffsetfrom", _offset(before, zone))
    rule.add("tzoffsetto", _offset(moment, zone))
    rule.add("tzname", local.tzname() or zone.key)
    return rule


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _attendee(text: str) -> vCalAddress:
    address = text.strip().removeprefix("mailto:").strip("<>")
    local, at, domain = address.rpartition("@")
    if (
        not at
        or not local
        or "." not in domain
        or any(c.isspace() or c in ',;:"<>' for c in address)
    ):
        raise StepFailed(f"“{text}” is not an e-mail address.", fix="Write it as name@example.com.")
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    return attendee


def _sentence(given: MakeEvent, start: datetime) -> str:
    # Without a zone's name the requester reads the times in the offset they wrote.
    named = isinstance(start.tzinfo, ZoneInfo)
    start = start if named else given.start
    end = (start.astimezone(UTC) + timedelta(minutes=given.minutes)).astimezone(start.tzinfo)
    when = f"{start:%A}, {start.day} {start:%B %Y}, {start:%H:%M} to "
    when += f"{end:%H:%M}" if end.date() == start.date() else f"{end.day} {end:%B %Y}, {end:%H:%M}"
    words = f"**{escaped(given.title)}** is on {when} ({_zone_words(start)})"
    if given.place:
        words += f", at {escaped(given.place)}"
    if given.attendees:
        words += f", with {listing([escaped(address) for address in given.attendees])}"
    return f"{words}. Open the attached file to put it into your calendar."


def _zone_words(moment: datetime) -> str:
    if isinstance(moment.tzinfo, ZoneInfo):
        return moment.tzinfo.key
    offset = f"{moment:%z}"
    return "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:5]}"


EVENT_MAKE = Tool(
    name="event.make",
    summary="Make a calendar file (.ics) of one event.",
    input=MakeEvent,
    output=EventMade,
    run=make_event,
    prior=Prior(p50=0.05, p90=0.3),
)
