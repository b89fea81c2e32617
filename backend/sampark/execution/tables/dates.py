"""Dates as people write them. A column is read at once: together its cells tell day from month."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<micro>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"

_WIDEST = 60  # characters that a date may take, with its time and weekday
_ISO = r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
_NUMERIC = r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second_part>\d{1,2})(?P=sep)"

# Families are tried in order; all cells of a column must be of one family.
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("year first", _ISO + _CLOCK),
        ("numeric", _NUMERIC + _YEAR + _CLOCK),
        ("named", rf"{_WEEKDAY}{_DAY}[\s./-]*(?:of\s+)?{_MONTH},?[\s./-]*{_YEAR}{_CLOCK}"),
        ("named", rf"{_WEEKDAY}{_MONTH}\s*{_DAY},?\s+{_YEAR}{_CLOCK}"),
        ("months", r"(?P<year>\d{4})[-/](?P<month>\d{1,2})"),
        ("months", rf"{_MONTH}[\s./-]*(?P<year>\d{{4}})"),
        ("compact", r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)"),
    )
)


@dataclass(frozen=True)
class Dates:
    """A column read as dates, by the text of each distinct cell; all `date` or all `datetime`.

    `day_first` tells the order of day and month where a cell proves it, such as `31/01/2024`.
    `months` tells that the cells name months, which stand as their first day.
    """

    values: dict[str, date] | dict[str, datetime]
    note: str = ""
    day_first: bool | None = None
    months: bool = False


def read_dates(
    texts: Collection[str], *, day_first: bool | None = None, compact: bool = False
) -> Dates | None:
    """Read the distinct texts of a column as dates, or return None where one is not a date.

    Args:
        texts: Distinct cells, none empty.
        day_first: How to take `03/04/2024` where no cell decides; None: as month/day, but as
            day.month or day-month with a point or a dash.
        compact: Whether eight digits such as `20240131` may be dates.
    """
    if any(len(text) > _WIDEST for text in texts):
        return None
    for family, pattern in _FAMILIES:
        if family == "compact" and not compact:
            continue
        shapes = {text: shape for text in texts if (shape := pattern.fullmatch(text))}
        if shapes and len(shapes) == len(texts):
            return _read_family(family, shapes, day_first=day_first)
    return None


def _read_family(
    family: str, shapes: dict[str, re.Match[str]], *, day_first: bool | None
) -> Dates | None:
    note, proved = "", None
    order: Callable[[re.Match[str]], tuple[int, int]] = _named_order
    if family == "numeric":
        proved = _proved_order(shapes.values())
        first_is_day, note = (
            (proved, "") if proved is not None else _assume(shapes, day_first=day_first)
        )
        order = _day_month if first_is_day else _month_day
    elif family == "months":
        order, note = _first_of_month, "Months were read as their first day."
    try:
        moments = {text: _moment(shape, *order(shape)) for text, shape in shapes.items()}
    except ValueError:  # such as 31 February
        return None
    clock = any(_part(shape, "hour") for shape in shapes.values())
    settled = _settle(moments, note, clock=clock)
    return settled and replace(settled, day_first=proved, months=family == "months")


def _proved_order(shapes: Iterable[re.Match[str]]) -> bool | None:
    for shape in shapes:
        if int(shape["first"]) > 12 or int(shape["second_part"]) > 12:
            return int(shape["first"]) > 12
    return None


def _assume(shapes: dict[str, re.Match[str]], *, day_first: bool | None) -> tuple[bool, str]:
    separator = next(iter(shapes.values()))["sep"]
    assumed = separator != "/" if day_first is None else day_first
    spoken = "day, month, year" if assumed else "month, day, year"
    return assumed, f"Dates were read as {spoken}: no cell decides which comes first."


def _day_month(shape: re.Match[str]) -> tuple[int, int]:
    return int(shape["second_part"]), int(shape["first"])


def _month_day(shape: re.Match[str]) -> tuple[int, int]:
    return int(shape["first"]), int(shape["second_part"])


def _named_order(shape: re.Match[str]) -> tuple[int, int]:
    return _month(shape), int(shape["day"])


def _first_of_month(shape: re.Match[str]) -> tuple[int, int]:
    return _month(shape), 1


def _month(shape: re.Match[str]) -> int:
    name = _part(shape, "name")
    return _NAMES.index(name[:3].lower()) + 1 if name else int(shape["month"])


def _moment(shape: re.Match[str], month: int, day: int) -> datetime:
    year = int(shape["year"])
    if len(shape["year"]) == 2:
        year += 2000 if year < 69 else 1900  # the pivot of POSIX strptime
    return datetime.combine(date(year, month, day), _clock(shape), tzinfo=_zone(shape))


def _clock(shape: re.Match[str]) -> time:
    if not _part(shape, "hour"):
        return time()
    hour, half = int(shape["hour"]), _part(shape, "half").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    micro = int((_part(shape, "micro") + "000000")[:6])
    return time(hour, int(shape["minute"]), int(_part(shape, "second") or 0), micro)


def _zone(shape: re.Match[str]) -> timezone | None:
    zone = _part(shape, "zone").upper()
    if not zone:
        return None
    if zone in {"Z", "UTC", "GMT"}:
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return timezone(-offset if zone[0] == "-" else offset)


def _part(shape: re.Match[str], name: str) -> str:
    return shape.groupdict().get(name) or ""


def _settle(moments: dict[str, datetime], note: str, *, clock: bool) -> Dates | None:
    zoned = {moment.tzinfo is not None for moment in moments.values()}
    if len(zoned) > 1:
        return None
    if not clock:
        return Dates({text: moment.date() for text, moment in moments.items()}, note)
    if True in zoned:
        note = f"{note} Times with an offset were turned into UTC.".strip()
        moments = {
            text: moment.astimezone(UTC).replace(tzinfo=None) for text, moment in moments.items()
        }
    return Dates(moments, note)
