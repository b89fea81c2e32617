"""Small numbers as people write them, and lengths of time."""

import re
from collections.abc import Mapping
from datetime import timedelta

from sampark.understanding.reading import Found

WORDS: Mapping[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
    "eine": 1, "einer": 1, "zwei": 2, "drei": 3, "deux": 2, "trois": 3, "dos": 2, "tres": 3,
}  # fmt: skip
NUMBER = r"(?:\d{1,4}(?:[.,]\d{1,2})?|" + "|".join(sorted(WORDS, key=len, reverse=True)) + ")"

_HOUR = r"(?:hours?|hrs?|h|stunden?|std|heures?|horas?)"
_SECOND = r"(?:seconds?|secs?|sekunden?|secondes?|segundos?)"
_MINUTE = r"(?:minutes?|mins?|min|m|minuten?|minutos?)"
LENGTH = (
    r"(?:(?P<one_half>an?\s+hour\s+and\s+a\s+half|one\s+and\s+a\s+half\s+hours)"
    r"|(?P<half>half\s+an?\s+hour|half-hour|eine?\s+halbe\s+stunde)"
    r"|(?P<quarter>(?:a\s+)?quarter\s+of\s+an\s+hour)"
    rf"|(?P<hours>{NUMBER})[\s-]?{_HOUR}(?!\w)(?:[\s,]*(?:and\s+)?(?P<rest>\d{{1,2}})\s?{_MINUTE}(?!\w))?"
    rf"|(?P<tight>\d{{1,2}})h(?P<tight_rest>[0-5]\d)(?!\w)"
    rf"|(?P<minutes>{NUMBER})[\s-]?{_MINUTE}(?!\w)"
    rf"|(?P<seconds>{NUMBER})[\s-]?{_SECOND}(?!\w))"
)
"""A length of time: '45m', '2 hours', '1h30', 'an hour and a half'. Read its groups with `length`."""

_FIXED = {"one_half": 90, "half": 30, "quarter": 15}
_LASTING = re.compile(
    rf"(?<![\w.,:+/-])(?:(?:for|lasting|lasts|takes)\s+)?{LENGTH}(?!@)", re.IGNORECASE
)
_WHOLE_DAY = re.compile(
    r"\b(?:all[- ]day|(?:the )?whole day|full[- ]day|ganzt[aä]gig)\b", re.IGNORECASE
)


def value(word: str) -> float:
    """Return the number that a word or figure means; the word must come from `NUMBER`."""
    known = WORDS.get(word.lower())
    return float(word.replace(",", ".")) if known is None else float(known)


def length(match: re.Match[str]) -> timedelta:
    """Return the length of time that a match of `LENGTH` means."""
    for name, minutes in _FIXED.items():
        if match[name]:
            return timedelta(minutes=minutes)
    if match["seconds"]:
        return timedelta(seconds=round(value(match["seconds"])))
    if match["minutes"]:
        return timedelta(minutes=round(value(match["minutes"])))
    hours = value(match["hours"] or match["tight"])
    return timedelta(hours=hours, minutes=int(match["rest"] or match["tight_rest"] or 0))


def minutes(text: str) -> tuple[Found, ...]:
    """Return how long something lasts, in minutes (1 to 10,080, a week): the first length in the text."""
    whole = _WHOLE_DAY.search(text)
    if whole is not None:
        return (Found("minutes", 24 * 60, whole.start(), whole.end()),)
    for match in _LASTING.finditer(text):
        lasting = round(length(match).total_seconds() / 60)
        if 1 <= lasting <= 7 * 24 * 60:
            return (Found("minutes", lasting, match.start(), match.end()),)
    return ()
