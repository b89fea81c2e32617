"""Figures as a person reads them: sizes, spans, money, moments."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sampark.domain.task import Task

_SPANS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))


def size(octets: int) -> str:
    """Return a size in bytes as words, by 1024 as mail programs do: `812 bytes`, `2.1 KB`."""
    if octets < 1024:
        return count(octets, "byte")
    amount, unit = octets / 1024, "KB"
    for larger in ("MB", "GB"):
        if amount >= 999.5:
            amount, unit = amount / 1024, larger
    return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"


def span(seconds: float) -> str:
    """Return seconds in their two largest units: `under a second`, `12 s`, `2 h 10 min`."""
    if seconds < 1:
        return "under a second"
    left = round(seconds)
    amounts: list[str] = []
    for unit_seconds, unit in _SPANS:
        amount, left = divmod(left, unit_seconds)
        if amount:
            amounts.append(count(amount, unit) if unit == "day" else f"{amount} {unit}")
        elif amounts:
            break
    return " ".join(amounts[:2])


def money(usd: float) -> str:
    """Return an amount in USD: `$2.50`, `$0.0123`, `under $0.0001`, `nothing`."""
    if usd < 0.0001:
        return "nothing" if usd <= 0 else "under $0.0001"
    return f"${usd:,.2f}" if usd >= 1 else f"${usd:.4f}"


def moment(when: datetime, task: Task) -> str:
    """Return a moment on the requester's clock: `Tue 12 May 2026, 14:00 (UTC+05:30)`.

    The task's time zone counts where it is known, else the offset that the mail carried.
    """
    local = when.astimezone(_zone(task.timezone) or task.asked_at.tzinfo)
    name = task.timezone if _zone(task.timezone) else _offset(local.utcoffset())
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({name})"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is due: `1 step`, `2 steps`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _zone(name: str) -> ZoneInfo | None:
    """Return the zone of that name; None where the name or this machine's zone data is missing."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _offset(offset: timedelta | None) -> str:
    minutes = round((offset or timedelta()).total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "UTC"
