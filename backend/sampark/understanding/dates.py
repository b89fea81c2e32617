"""Days as people write them: '12 May', 'May 12th 2027', '12.5.', '2027-01-05', 'next Friday', 'in 3 days'.

Rules: a day without a year is the next such day, today included. A bare weekday is the next one after
today; said on that very weekday it may also be today, and both are returned. 'next Friday' is the
Friday of the next week, weeks beginning on Monday. 03/04/2027 is two days: which one must be asked.
A weekday that contradicts its date ('Monday 12 May' on a Wednesday) returns both readings. A date that
no calendar has ('30 February') returns none, so that it is asked about instead of overlooked.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sampark.understanding.numbers import NUMBER, value
from sampark.understanding.reading import mask

_MONTHS = (
    "jan(?:uary|uar|vier)?|j[aä]nner|enero", "feb(?:ruary|ruar)?|f[eé]vrier|febrero",
    "mar(?:ch|s|zo)?|m[aä]rz", "apr(?:il)?|avril|abril", "may|mai|mayo", "june?|juni|juin|junio",
    "july?|juli|juillet|julio", "aug(?:ust)?|ao[uû]t|agosto", "sept?(?:ember|embre|iembre)?",
    "oct(?:ober|obre|ubre)?|okt(?:ober)?", "nov(?:ember|embre|iembre)?", "dec(?:ember)?|dez(?:ember)?|d[eé]cembre|diciembre",
)  # fmt: skip
_WEEKDAYS = (
    "mon(?:day)?|montag|lundi|lunes", "tue(?:s(?:day)?)?|dienstag|mardi|martes",
    "wed(?:s|nesday)?|mittwoch|mercredi|mi[eé]rcoles", "thu(?:rs?(?:day)?)?|donnerstag|jeudi|jueves",
    "fri(?:day)?|freitag|vendredi|viernes", "sat(?:urday)?|samstag|samedi|s[aá]bado", "sun(?:day)?|sonntag|dimanche|domingo",
)  # fmt: skip
_MONTH = "(?:" + "|".join(_MONTHS) + r")\b\.?"
_WEEKDAY = "(?:" + "|".join(_WEEKDAYS) + r")\b\.?"
_YEAR = r"(?:20\d\d)(?![\d:])"
_FORMS = (
    ("iso", r"(?P<y>20\d\d)[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?!\d)"),
    ("day_month", rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s*(?:of\s+|de\s+)?(?P<month>{_MONTH})(?:,?\s*(?:de\s+)?(?P<y>{_YEAR}))?"),
    ("month_day", rf"(?P<month>{_MONTH})\s*(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.-]\d|\s*[ap]m\b|\d)(?:,?\s*(?P<y>{_YEAR}))?"),
    ("dotted", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:20)?\d\d(?!\d))?(?![\d])"),
    ("slashed", r"(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?P=sep)(?P<y>20\d\d|\d\d)(?!\d)"),
    ("half_slashed", r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/])"),
    ("named", r"(?:the\s+)?(?P<word>day\s+after\s+tomorrow|tomorrow|today|tmrw?|tomm?or+ow|2morrow|(?:ü|ue)bermorgen"
              r"|heute|morgen|demain|aujourd'hui|mañana|hoy|yesterday|end\s+of\s+(?:the|this)\s+month)\b"
              r"|(?:this(?=\s+(?:morning|afternoon|evening)\b)|to(?=night\b))"),
    ("ahead", rf"(?:in\s+)(?P<n>{NUMBER})\s+(?P<unit>days?|weeks?|months?|tagen?|wochen?|monate?n?)\b"
              rf"|(?P<n2>{NUMBER})\s+(?P<unit2>days?|weeks?)\s+from\s+(?:now|today)\b"),
    ("next_week", rf"(?:next\s+week|n[aä]chste\s+woche)(?:\s+on|\s+am|,)?\s+(?P<day>{_WEEKDAY})"),
    ("weekday", rf"(?:(?P<which>next|this|coming|the\s+coming|on|am|n[aä]chsten?|kommenden?|le|el)\s+)?(?P<day>{_WEEKDAY})"
                r"(?:\s+(?P<after>next\s+week|n[aä]chste\s+woche)\b)?"),
    ("ordinal", r"(?:on|by|until)\s+the\s+(?P<d>\d{1,2})(?:st|nd|rd|th)\b"),
)  # fmt: skip
_COMPILED = tuple(
    (name, re.compile(rf"(?<![\w./:-])(?:{form})", re.IGNORECASE)) for name, form in _FORMS
)
_WHICH_MONTH = tuple(
    re.compile(form + r"\.?\Z", re.IGNORECASE) for form in (f"(?:{m})" for m in _MONTHS)
)
_WHICH_DAY = tuple(
    re.compile(form + r"\.?\Z", re.IGNORECASE) for form in (f"(?:{w})" for w in _WEEKDAYS)
)
_NEAR = re.compile(r"[\s,.(]*(?:the|den|dem|le|el|der)?[\s,.(]*\Z", re.IGNORECASE)
_CLASHING = re.compile(r"(?:mon|wed|sat|sun)\Z", re.IGNORECASE)
_TIMELY = re.compile(
    r"\.?,?\s*(?:(?:at|@|um|from)\b\s*)?(?:\d|noon|midnight|morning|afternoon|evening|next|\Z)",
    re.IGNORECASE,
)
_CLOCK_AHEAD = re.compile(r"\s*,?\s*(?:at|@|um)?\s*\d{1,2}(?::\d\d|\s*[ap]m)", re.IGNORECASE)
_DAY_WORD_BEFORE = re.compile(r"\b(?:on|by|until|before|am|le|el)\s+\Z", re.IGNORECASE)
_NAMED_DAYS: Mapping[str, int] = {
    **dict.fromkeys(("", "today", "heute", "hoy", "aujourd'hui"), 0),
    **dict.fromkeys(("day after tomorrow", "übermorgen", "uebermorgen"), 2),
    "yesterday": -1,
}


@dataclass(frozen=True)
class Day:
    """Where the words name a day, and the days they may mean (none: no calendar has it).

    `weekday` says that nothing but a weekday was named.
    """

    days: tuple[date, ...]
    start: int
    end: int
    weekday: bool = False


def read(text: str, today: date) -> tuple[Day, ...]:
    """Return the days that a plain text names, in order, seen from the requester's own today."""
    hits: list[Day] = []
    for name, form in _COMPILED:
        for match in form.finditer(text):
            days = _READERS[name](match, today)
            if days is not None:
                hits.append(Day(days, match.start(), match.end(), name == "weekday"))
        text = mask(text, ((hit.start, hit.end) for hit in hits))
    return tuple(_joined(sorted(hits, key=lambda hit: hit.start), text))


def of_iso(value: object) -> date | None:
    """Return the day of an ISO 8601 date such as '2027-05-12', else None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _joined(hits: list[Day], text: str) -> Iterator[Day]:
    while hits:
        first, *rest = hits
        if (
            rest
            and first.weekday != rest[0].weekday
            and _NEAR.match(text, first.end, rest[0].start)
        ):
            yield _agreed(first, rest[0])
            hits = rest[1:]
        else:
            yield first
            hits = rest


def _agreed(first: Day, second: Day) -> Day:
    named, dated = (first, second) if first.weekday else (second, first)
    weekday = named.days[0].weekday()
    agreeing = tuple(day for day in dated.days if day.weekday() == weekday)
    nearest = (day + timedelta((weekday - day.weekday() + 3) % 7 - 3) for day in dated.days)
    return Day(agreeing or (*dated.days, *nearest), first.start, second.end)


def _calendar(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _year(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) + (2000 if len(written) == 2 else 0)


def _upcoming(month: int, day: int, today: date) -> tuple[date, ...]:
    # eight years always hold a 29 February
    years = (_calendar(today.year + ahead, month, day) for ahead in range(9))
    return next((days for days in years if days and days[0] >= today), ())


def _placed(year: int | None, month: int, day: int, today: date) -> tuple[date, ...]:
    return _upcoming(month, day, today) if year is None else _calendar(year, month, day)


def _numbered(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    year, month = _year(match["y"]), int(match["m"])
    if year is None and month > 12:
        return None
    return _placed(year, month, int(match["d"]), today)


def _spelled(match: re.Match[str], today: date) -> tuple[date, ...]:
    month = next(at for at, form in enumerate(_WHICH_MONTH, start=1) if form.match(match["month"]))
    return _placed(_year(match["y"]), month, int(match["d"]), today)


def _slashed(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    if match["sep"] == "-" and len(match["y"]) == 2:
        return None
    return _either(int(match["a"]), int(match["b"]), _year(match["y"]), today)


def _half_slashed(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    text = match.string
    dated = _CLOCK_AHEAD.match(text, match.end()) or _DAY_WORD_BEFORE.search(
        text, max(0, match.start() - 10), match.start()
    )
    return _either(int(match["a"]), int(match["b"]), None, today) if dated else None


def _either(first: int, second: int, year: int | None, today: date) -> tuple[date, ...]:
    day_first = _placed(year, second, first, today)
    month_first = _placed(year, first, second, today)
    return tuple(dict.fromkeys((*day_first, *month_first)))


def _named(match: re.Match[str], today: date) -> tuple[date, ...]:
    word = " ".join((match["word"] or "").lower().split())
    if word.startswith("end of"):
        return (_months_on(today.replace(day=1), 1) - timedelta(days=1),)
    return (today + timedelta(_NAMED_DAYS.get(word, 1)),)


def _ahead(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    number, unit = value(match["n"] or match["n2"]), (match["unit"] or match["unit2"]).lower()
    if number != int(number) or number > 1000:
        return None
    if unit.startswith("mon"):
        return (_months_on(today, int(number)),)
    return (today + timedelta(int(number) * (7 if unit[0] == "w" else 1)),)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    fitting = (_calendar(year, month + 1, number) for number in range(day.day, 27, -1))
    return next((days[0] for days in fitting if days), None) or date(year, month + 1, day.day)


def _weekday(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    which = " ".join((match["which"] or "").lower().split())
    if not which and _CLASHING.match(match["day"]) and not _TIMELY.match(match.string, match.end()):
        return None
    wait = (_day_number(match["day"]) - today.weekday()) % 7
    if match["after"] or which in {"next", "nächsten", "nachsten", "nächste", "nachste"}:
        return _next_week(match, today)
    if wait == 0 and which in {"", "on", "am", "le", "el"}:
        return (today, today + timedelta(7))
    return (today + timedelta(wait or (0 if which == "this" else 7)),)


def _next_week(match: re.Match[str], today: date) -> tuple[date, ...]:
    monday = today - timedelta(today.weekday()) + timedelta(7)
    return (monday + timedelta(_day_number(match["day"])),)


def _ordinal(match: re.Match[str], today: date) -> tuple[date, ...]:
    wanted = int(match["d"])
    first = today.replace(day=1)
    months = (_months_on(first, ahead) for ahead in range(3))
    days = (_calendar(month.year, month.month, wanted) for month in months)
    return next((found for found in days if found and found[0] >= today), ())


def _day_number(word: str) -> int:
    return next(at for at, form in enumerate(_WHICH_DAY) if form.match(word))


_READERS: Mapping[str, Callable[[re.Match[str], date], tuple[date, ...] | None]] = {
    "iso": _numbered,
    "day_month": _spelled,
    "month_day": _spelled,
    "dotted": _numbered,
    "slashed": _slashed,
    "half_slashed": _half_slashed,
    "named": _named,
    "ahead": _ahead,
    "next_week": _next_week,
    "weekday": _weekday,
    "ordinal": _ordinal,
}
