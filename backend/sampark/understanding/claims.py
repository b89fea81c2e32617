"""What each kind of work needs to know, read from one request: a table of readers by kind."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sampark.domain.task import TaskInput
from sampark.understanding import (
    formats,
    moments,
    numbers,
    occasions,
    pages,
    people,
)
from sampark.understanding.moments import Moment, Now
from sampark.understanding.reading import Found, Sentence, mask, spans

_MARKER = re.compile(r"\b(?:to|about|that|of)\b|:\s", re.IGNORECASE)
_SHEET = re.compile(
    r"\b(?:(?:work)?sheet|tab)\s+(?:named\s+|called\s+)?(?P<mark>[\"'])(?P<quoted>[^\"'\n]{1,60})(?P=mark)"
    r"|\b(?:work)?(?:sheet|tab)\s+(?:named\s+|called\s+)?(?P<name>(?-i:[A-Z0-9])[\w-]{0,40})(?![\w.])"
    r"|\b(?:the|in|from)\s+(?:the\s+)?[\"'](?P<before>[^\"'\n]{1,60})[\"']\s+(?:work)?(?:sheet|tab)\b"
    r"|\bthe\s+(?P<plain>(?!Excel|CSV|Google)(?-i:[A-Z])[\w-]{0,40})\s+(?:work)?(?:sheet|tab)\b",
    re.IGNORECASE,
)
_COUNTED = {
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4",
    "last": "last",
}  # fmt: skip
_COUNTED_SHEET = re.compile(
    rf"\b(?P<nth>{'|'.join(_COUNTED)})\s+(?:work)?(?:sheet|tab)\b", re.IGNORECASE
)
_REPEATED = re.compile(
    r"\b(?:every|each|jeden|jede|chaque|cada|tous\s+les|todos\s+los)\s+(?:\w+\s+)?(?:day|week|month|year|morning|evening|weekday|quarter|hour"
    r"|tag|woche|monat|jour|semaine|mois|d[ií]a|semana|mes|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b"
    r"|\b(?:every|each)(?=\s*\x1f)|\b(?:daily|weekly|monthly|yearly|annually|t[aä]glich|w[oö]chentlich)\b",
    re.IGNORECASE,
)
_BARE_PAGES = re.compile(r"/?\w+\s+(?:it\s+|this\s+)?\d", re.IGNORECASE)
_SPOKEN_SHEET = re.compile(
    r"\b(?:sheets?|spread ?sheets?|tables?|csvs?|xlsx|excel|workbooks?|columns?|rows?|data ?sets?|data)\b"
    r"|\.(?:csv|tsv|xlsx)\b",
    re.IGNORECASE,
)
_TABLE = re.compile(r"csv|tab-separated|spreadsheetml|parquet", re.IGNORECASE)
_TABLE_NAME = re.compile(r"\.(?:csv|tsv|xlsx|parquet)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """What stands around a request: its files, when and where it was asked, whose mailbox it reached."""

    inputs: tuple[TaskInput, ...]
    now: Now
    own: Collection[str] = ()


@dataclass(frozen=True)
class Request:
    """One region of the words (body or subject), everything else blanked, file names veiled.

    `clear` is the same region with its file names; `verb` commands the work in the sentence `at`.
    """

    text: str
    clear: str
    frame: Frame
    verb: Found
    at: Sentence
    parts: tuple[Sentence, ...]
    moments: tuple[Moment, ...] = ()

    def behind(self) -> str:
        """Return the text from the verb to the end of its sentence, every position kept."""
        return mask(self.text, [(0, self.verb.start), (self.at.end, len(self.text))])


def read(kind: str, request: Request) -> tuple[Found, ...]:
    """Return the claims that one kind of work can find in a request, besides its verb and files."""
    return _READERS[kind](request) if kind in _READERS else ()


def speaks_of_sheets(text: str, inputs: Sequence[TaskInput]) -> bool:
    """Return whether a table came along, or is spoken of where no file came along."""
    if not inputs:
        return bool(_SPOKEN_SHEET.search(text))
    return any(_TABLE.search(item.media_type) or _TABLE_NAME.search(item.name) for item in inputs)


def _convert(request: Request) -> tuple[Found, ...]:
    behind = request.behind()
    wanted = formats.targets(behind) or formats.targets(request.text)
    return (*wanted, *formats.source(behind))


def _split(request: Request) -> tuple[Found, ...]:
    behind = request.behind()
    bare = bool(_BARE_PAGES.match(behind, request.verb.start))
    return pages.read(behind, bare=bare) or pages.read(request.text, bare=bare)


def _sheet(request: Request) -> tuple[Found, ...]:
    return sheet(request.text)


def sheet(text: str) -> tuple[Found, ...]:
    """Return which sheet of a workbook a text speaks of, or nothing."""
    counted = _COUNTED_SHEET.search(text)
    if counted is not None:
        return (Found("sheet", _COUNTED[counted["nth"].lower()], *counted.span("nth")),)
    match = _SHEET.search(text)
    if match is None:
        return ()
    name = next(name for name in ("quoted", "name", "before", "plain") if match[name])
    return (Found("sheet", match[name], *match.span(name)),)


def _event(request: Request) -> tuple[Found, ...]:
    text, chosen = request.text, _event_moments(request.moments)
    found = [item for moment in chosen for item in moments.claims(moment)]
    guests = people.attendees(text, request.frame.own)
    addresses = people.addresses(text)
    taken = [*(moments.widened(moment, text) for moment in chosen), *spans(addresses)]
    repeated = _repeated(text, taken)
    taken += spans(repeated)
    lasting = numbers.minutes(mask(text, taken))
    if not any(item.name == "minutes" for item in found):
        found.extend(lasting)
    taken += [*spans(lasting), *occasions.commanded(text, request.verb)]
    near = _near(request, chosen)
    place = occasions.place(text, mask(text, taken), mask(text, [*taken, *_apart(request, near)]))
    taken += [occasions.place_with_lead(item, text) for item in place]
    title = occasions.title(text, near, taken)
    return (*found, *guests, *repeated, *place, *title)


def _event_moments(found: tuple[Moment, ...]) -> tuple[Moment, ...]:
    exact = tuple(moment for moment in found if moment.day is None)
    return exact or found


def _near(request: Request, chosen: tuple[Moment, ...]) -> tuple[Sentence, ...]:
    """Return the sentence of the command and those that name the time, in that order."""
    timed = (
        part
        for part in request.parts
        if any(part.start <= moment.start < part.end for moment in chosen)
    )
    return tuple(dict.fromkeys((request.at, *timed)))


def _apart(request: Request, near: tuple[Sentence, ...]) -> list[tuple[int, int]]:
    return [(part.start, part.end) for part in request.parts if part not in near]


def _remind(request: Request) -> tuple[Found, ...]:
    text, at = request.text, request.at
    chosen = _remind_moments(request)
    found = [item for moment in chosen for item in moments.claims(moment) if item.name != "minutes"]
    taken = [moments.widened(moment, text) for moment in chosen]
    repeated = _repeated(text, taken)
    taken += spans(repeated)
    title = occasions.errand(request.clear, mask(request.clear, taken), request.verb.end, at.end)
    return (*found, *repeated, *title)


def _repeated(text: str, taken: Sequence[tuple[int, int]]) -> tuple[Found, ...]:
    """Return the words that ask for more than one time, which nobody here can do."""
    match = _REPEATED.search(mask(text, taken))
    return (Found("repeat", text[slice(*match.span())], *match.span()),) if match else ()


def _remind_moments(request: Request) -> tuple[Moment, ...]:
    """Return the moments of the reminder itself; those behind 'to' or 'about' may belong to its errand."""
    here = tuple(
        moment for moment in request.moments if request.at.start <= moment.start < request.at.end
    )
    marker = _MARKER.search(request.text, request.verb.end, request.at.end)
    first = tuple(moment for moment in here if marker is None or moment.start < marker.start())
    return first or _event_moments(here) or _event_moments(request.moments)


_READERS: Mapping[str, Callable[[Request], tuple[Found, ...]]] = {
    "convert": _convert,
    "split": _split,
    "profile": _sheet,
    "ask": _sheet,
    "event": _event,
    "remind": _remind,
}
