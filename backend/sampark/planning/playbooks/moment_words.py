"""Moments told to the requester: a choice or default in a question is a told moment."""

from datetime import date, datetime, time, timezone, tzinfo
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from sampark.domain.task import Task

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def moment(value: JsonValue) -> datetime | None:
    """Return the moment of an ISO 8601 text with offset, else None."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def day(value: JsonValue) -> date | None:
    """Return the day of an ISO 8601 date, else None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def told(when: datetime) -> str:
    """Return 'Wednesday 12 May 2027, 14:00 (UTC+02:00)'."""
    offset = when.strftime("%z")
    return f"{told_day(when.date())}, {when:%H:%M} (UTC{offset[:3]}:{offset[3:5]})"


def told_day(when: date) -> str:
    """Return 'Wednesday 12 May 2027'."""
    return f"{_DAYS[when.weekday()]} {when.day} {_MONTHS[when.month - 1]} {when.year}"


def at(on: date, clock: str, task: Task) -> datetime:
    """Return a day at a time of day ('09:00') in the requester's own zone."""
    return datetime.combine(on, time.fromisoformat(clock), tzinfo=zone(task))


def zone(task: Task) -> tzinfo:
    """Return the requester's zone: the one from the settings, else the offset of the mail."""
    if task.timezone:
        return ZoneInfo(task.timezone)
    offset = task.asked_at.utcoffset()
    assert offset is not None
    return timezone(offset)


def zone_reason(task: Task) -> str:
    """Say whose clock a time was read on, to stand behind the time that was read."""
    if task.claim("zone"):
        return "the zone you wrote"
    if task.timezone:
        return f"{task.timezone} time, from the settings"
    return "the offset of your mail"
