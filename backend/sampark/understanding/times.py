"""Times of day as people write them: '14:00', '2pm', 'noon', '14:00-15:30', 'from 2 to 3 pm', '14 Uhr'.

Rules: an hour from 1 to 6 without am or pm, written without a leading zero, is in the afternoon
('at 3' is 15:00, '03:00' stays 03:00). A bare figure is a time only behind 'at', '@', 'um' or 'à', or
before 'Uhr' or "o'clock". A part of the day stands for a fixed hour: morning 9, lunchtime 12,
afternoon 14, end of the day 17, evening 18, night 20.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time, tzinfo

from sampark.understanding import zones
from sampark.understanding.reading import BLANK, mask

_PARTS: Mapping[str, int] = {
    "morning": 9, "lunchtime": 12, "lunch time": 12, "afternoon": 14, "evening": 18, "night": 20,
    "end of the day": 17, "end of day": 17, "eod": 17, "close of business": 17, "cob": 17,
}  # fmt: skip
_LATE = frozenset({"afternoon", "evening", "night"})
_FIXED: Mapping[str, int] = {
    "noon": 12,
    "midday": 12,
    "mittag": 12,
    "midi": 12,
    "midnight": 0,
    "mitternacht": 0,
}

_AM = r"(?:\s?(?P<{}>am|pm)(?!\w))"
_CLOCK = (
    r"(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?!\d|:\d)"
    + _AM.format("ap")
    + "?"
    r"(?:\s?(?:uhr|hrs|h)\b)?"
)
_FORMS = (
    ("range", r"(?P<h>[01]?\d|2[0-4])(?::(?P<m>[0-5]\d))?" + _AM.format("ap") + r"?\s*(?P<to>-|to|until|till|til|bis|and|à)\s*"
              r"(?P<h2>[01]?\d|2[0-4])(?::(?P<m2>[0-5]\d))?(?![\d:])" + _AM.format("ap2") + r"?(?P<uhr>\s?(?:uhr|h)\b)?"),
    ("clock", _CLOCK),
    ("half", r"(?P<h>1[0-2]|0?[1-9])" + _AM.format("ap")),
    ("dotted", r"(?P<h>[01]?\d|2[0-3])[.h](?P<m>[0-5]\d)(?:\s?uhr\b|(?<=h\d\d)(?!\w))"),
    ("hour", r"(?P<h>[01]?\d|2[0-4])\s?(?:uhr|o'?clock|heures)\b"),
    ("at", r"(?:at|@|um|à|a\s+las)\s*(?P<h>[01]?\d|2[0-4])(?:\s?h(?!\w))?(?![\d%€$])(?!\s*[-/:.,]\s*\d)(?!\s+(?:of|percent|places?|am|people|pages?)\b)"),
    ("fixed", r"(?P<word>noon|midday|midnight|mittag|mitternacht|midi)\b"),
    ("part", r"(?P<part>morning|lunch\s?time|afternoon|evening|night|end\s+of\s+(?:the\s+)?day|eod|close\s+of\s+business|cob)\b"),
)  # fmt: skip
_COMPILED = tuple(
    (name, re.compile(rf"(?<![\w.:/€$-]){form}", re.IGNORECASE)) for name, form in _FORMS
)
_BETWEEN = re.compile(r"\b(?:from|between|von|de)\s+\Z", re.IGNORECASE)
_BEHIND_DAY = re.compile(rf"{BLANK},?\s*\Z")
_DASH = re.compile(r"\s*(?:-|to|until|till|til|bis|and|à)\s*\Z", re.IGNORECASE)
_BESIDE = re.compile(r"\s*,?\s*(?:in\s+the|at|@|um)?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Clock:
    """Where the words name a time of day; `minutes` to the end of a range, `zones` it may be told in.

    `zones` is None where no zone is named, and empty where a zone is named that nobody here knows.
    `part` says that only a part of the day is named.
    """

    at: time
    start: int
    end: int
    minutes: int | None = None
    zones: tuple[tzinfo, ...] | None = None
    zone_span: tuple[int, int] | None = None
    part: str = ""


def read(text: str) -> tuple[Clock, ...]:
    """Return the times of day that a plain text names, in order."""
    hits: list[Clock] = []
    for name, form in _COMPILED:
        for match in form.finditer(text):
            clock = _range(match) if name == "range" else _single(name, match)
            if clock is not None:
                hits.append(_zoned(clock, text))
        text = mask(text, ((hit.start, hit.end) for hit in hits))
    return tuple(_joined(sorted(hits, key=lambda hit: hit.start), text))


def _single(name: str, match: re.Match[str]) -> Clock | None:
    groups = match.groupdict()
    if name == "fixed":
        return Clock(time(_FIXED[match["word"].lower()]), *match.span())
    if name == "part":
        part = " ".join(match["part"].lower().split())
        return Clock(time(_PARTS.get(part, 9)), *match.span(), part=part)
    at = _time(match["h"], groups.get("m"), groups.get("ap"))
    return None if at is None else Clock(at, *match.span())


def _range(match: re.Match[str]) -> Clock | None:
    before = _BETWEEN.search(match.string, max(0, match.start() - 10), match.start())
    if match["to"].lower() != "and":
        # 'Friday 9-10': the day is blanked, as another reader took it
        before = before or _BEHIND_DAY.search(
            match.string, max(0, match.start() - 4), match.start()
        )
    sure = match["m2"] or match["ap2"] or match["uhr"]
    likely = match["to"] == "-" and (match["m"] or match["ap"])
    if not before and (match["to"].lower() == "and" or not (sure or likely)):
        return None
    end = _time(match["h2"], match["m2"], match["ap2"])
    start = _time(match["h"], match["m"], match["ap"] or _borrowed(match))
    if start is None or end is None:
        return None
    lasting = (end.hour * 60 + end.minute - start.hour * 60 - start.minute) % (24 * 60)
    return Clock(start, *match.span(), minutes=lasting) if lasting else None


def _borrowed(match: re.Match[str]) -> str | None:
    """Return the half of the day for '2-3pm' and '11-1pm': the end's, unless the start would come later."""
    if not match["ap2"]:
        return None
    first, last = int(match["h"]) % 12, int(match["h2"]) % 12
    return match["ap2"] if first < last or (first == last and match["m2"]) else "am"


def _time(hours: str, minutes: str | None, half: str | None) -> time | None:
    hour = int(hours)
    if half:
        if not 1 <= hour <= 12:
            return None
        return time(hour % 12 + (12 if half.lower()[0] == "p" else 0), int(minutes or 0))
    if 1 <= hour <= 6 and not hours.startswith("0"):
        hour += 12
    return time(hour % 24, int(minutes or 0))


def _zoned(clock: Clock, text: str) -> Clock:
    zone = None if clock.part else zones.behind(text, clock.end)
    if zone is None:
        return clock
    meant, start, end = zone
    return replace(clock, zones=meant, zone_span=(start, end), end=end)


def _joined(hits: list[Clock], text: str) -> Iterator[Clock]:
    while hits:
        first, *rest = hits
        joint = _pair(first, rest[0], text[first.end : rest[0].start]) if rest else None
        if joint is None:
            yield first
            hits = rest
        else:
            hits = [joint, *rest[1:]]


def _pair(first: Clock, second: Clock, gap: str) -> Clock | None:
    if bool(first.part) != bool(second.part) and _BESIDE.match(gap):
        clock, part = (second, first) if first.part else (first, second)
        late = part.part in _LATE and clock.at.hour < 12
        at = clock.at.replace(hour=clock.at.hour + 12) if late else _early(clock.at, part.part)
        return replace(clock, at=at, start=first.start, end=second.end)
    if first.minutes is None and not first.part and not second.part and _DASH.match(gap):
        lasting = (_minute(second.at) - _minute(first.at)) % (24 * 60)
        zoned = second if second.zones is not None else first
        return replace(
            zoned, at=first.at, start=first.start, end=second.end, minutes=lasting or None
        )
    return None


def _early(at: time, part: str) -> time:
    early = part == "morning" and 13 <= at.hour <= 18
    return at.replace(hour=at.hour - 12) if early else at


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
