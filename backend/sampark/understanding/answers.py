"""A reply read against open questions: a choice by number, letter or word, consent, or free words.

The reply's words are appended to the task's words, so that every claim of the reply still quotes them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from sampark.domain.task import Question, Task
from sampark.understanding import (
    dates,
    files,
    filters,
    formats,
    kinds,
    moments,
    numbers,
    pages,
    people,
    questions,
    zones,
)  # fmt: skip
from sampark.understanding.courtesy import request_start
from sampark.understanding.kinds import ALIASES
from sampark.understanding.moments import Now
from sampark.understanding.reading import Found, plain, sentences, to_claim, trimmed

CONSENT = frozenset(
    {
        "ok", "okay", "ok thanks", "yes", "yes please", "yep", "yeah", "sure", "fine", "agreed", "default",
        "defaults", "go", "go ahead", "sounds good", "that is fine", "that's fine", "as you like", "ja",
        "gerne", "oui", "si", "sí",
    }
)  # fmt: skip
_NUMBERED = re.compile(r"(?:\A|\n)[ ]*\(?(?P<n>[1-9])[.):][ ]+(?P<said>[^\n]+)")
_CHOICE = re.compile(
    r"(?:option|choice|number|no\.?|#)?\s*\(?(?P<mark>\d{1,2}|[a-h])\)?[.:)]?\Z", re.IGNORECASE
)
_ORDINAL = re.compile(
    r"(?:the\s+)?(?P<which>first|1st|second|2nd|third|3rd|fourth|4th)(?:\s+(?:one|option|choice|of\s+them))?\Z",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
}  # fmt: skip
_ALL_ROWS = re.compile(r"all(?:\s+(?:rows|of\s+(?:them|it)))?\Z", re.IGNORECASE)
_ALL_FILES = re.compile(r"\b(?:both|all)\b", re.IGNORECASE)
_WORDS = re.compile(r"[\w.+-]+")
_REPLACED = {"when": frozenset({"when", "day", "zone"})}


@dataclass(frozen=True)
class Piece:
    """A part of the reply: the plain text from `start` to `end` of all words."""

    text: str
    start: int


Reader = Callable[[str, Task], tuple[Found, ...]]


def answer(task: Task, questions: Sequence[Question], words: str) -> Task:
    """Return the task with what a reply says to its open questions, the reply's words appended.

    A single question takes the whole reply; several take its numbered lines, else its lines in
    order, else each the words it can read. A word of consent alone takes every default. A claim that
    was asked about is replaced by its answer; a question that the reply does not answer stays open.

    Args:
        task: the task as it was asked about; files sent with the reply belong to its inputs already.
        questions: what was asked, in the order of the mail that asked.
        words: the new words of the reply.
    """
    said = words.strip()
    start = len(task.words) + 2
    text = f"{task.words}\n\n{said}"
    pieces = _pieces(plain(said), start, len(questions))
    found = [
        item
        for question, piece in zip(questions, pieces, strict=True)
        for item in _answered(question, piece, task)
    ]
    replaced = {name for item in found for name in _REPLACED.get(item.name, {item.name})}
    kept = [claim for claim in task.claims if claim.name not in replaced]
    kind = next((str(item.value) for item in found if item.name == "verb"), task.kind)
    claims = (*kept, *(to_claim(item, text) for item in found))
    return task.model_copy(update={"words": text, "kind": kind, "claims": claims})


def _pieces(said: str, start: int, count: int) -> list[Piece]:
    """Return the piece of the reply that answers each question."""
    whole = Piece(said, start)
    if count <= 1:
        return [whole] * count
    numbered = {int(match["n"]): match for match in _NUMBERED.finditer(said)}
    if numbered and max(numbered) <= count:
        return [
            Piece(numbered[n]["said"], start + numbered[n].start("said"))
            if n in numbered
            else Piece("", start)
            for n in range(1, count + 1)
        ]
    lines = [(match[0], match.start()) for match in re.finditer(r"[^\n]*\S[^\n]*", said)]
    if len(lines) == count:
        return [Piece(line, start + at) for line, at in lines]
    return [whole] * count


def _answered(question: Question, piece: Piece, task: Task) -> Iterator[Found]:
    begin, end = _core(piece.text)
    said = piece.text[begin:end]
    chosen = _chosen(question, said)
    if chosen is not None:
        for item in _meaning(question, chosen, task):
            yield Found(item.name, item.value, piece.start + begin, piece.start + end)
        return
    for item in _said(question, piece.text, task):
        yield Found(item.name, item.value, piece.start + item.start, piece.start + item.end)


def _chosen(question: Question, said: str) -> str | None:
    """Return the words of the choice or default that the reply takes, or None."""
    bare = said.casefold()
    if bare in CONSENT:
        return question.default or None
    place = _place(said)
    if place is not None and question.choices:
        return question.choices[place] if place < len(question.choices) else None
    spoken = {word.casefold() for word in _WORDS.findall(said)}
    named = [
        choice
        for choice in question.choices
        if bare == choice.casefold() or choice.casefold() in spoken
    ]
    return named[0] if len(named) == 1 else None


def _place(said: str) -> int | None:
    """Return which choice a number, a letter or an ordinal names, counted from 0."""
    ordinal = _ORDINAL.match(said)
    if ordinal is not None:
        return _ORDINALS[ordinal["which"].lower()]
    mark = _CHOICE.match(said)
    if mark is None or mark["mark"] == "0":
        return None
    return (
        int(mark["mark"]) - 1
        if mark["mark"].isdecimal()
        else "abcdefgh".index(mark["mark"].lower())
    )


def _meaning(question: Question, words: str, task: Task) -> tuple[Found, ...]:
    """Return what a choice or default means: its own words, read like anybody's."""
    read = _READERS.get(question.about)
    found = read(plain(words), task) if read else ()
    named = tuple(item for item in found if item.name == question.about)
    return named or (Found(question.about, words, 0, len(words)),)


def _said(question: Question, text: str, task: Task) -> tuple[Found, ...]:
    read = _READERS.get(question.about)
    if read is None:
        return () if question.choices else _free(question, text)
    found = read(text, task)
    day = next((item for item in found if item.name == "day"), None)
    if day is None:
        return found
    # a bare day among the moments to choose from is one of them
    offered = [item for choice in question.choices for item in _meaning(question, choice, task)]
    on_day = [item for item in offered if str(item.value).startswith(str(day.value))]
    return (replace(on_day[0], start=day.start, end=day.end),) if on_day else found


def _core(text: str) -> tuple[int, int]:
    """Return the first line of a reply without courtesy, signs and thanks around it."""
    parts = sentences(text)
    if not parts:
        return 0, 0
    first = next((part for part in parts if request_start(part.text) < len(part.text)), parts[0])
    begin, end = first.start + request_start(first.text), first.end
    if begin >= end:
        begin = first.start
    begin, end = trimmed(text, begin, end)
    while end > begin and text[end - 1] in ".,;:!?":
        end -= 1
    courtesy = re.search(
        r"[\s,]+(?:please|pls|thanks|thank you|thx)\Z", text[begin:end], re.IGNORECASE
    )
    return begin, begin + courtesy.start() if courtesy else end


def _free(question: Question, text: str) -> tuple[Found, ...]:
    """Return the reply itself as the value: a title, a column, a name."""
    begin, end = _core(text)
    words = " ".join(text[begin:end].split())
    if not words or len(words) > 200 or words.casefold() in CONSENT:
        return ()
    return (Found(question.about, words, begin, end),)


def _when(text: str, task: Task) -> tuple[Found, ...]:
    zone = zones.own(task.asked_at, task.timezone)
    day = task.claim("day")
    base = dates.of_iso(day.value) if day is not None else None
    found = moments.read(text, Now(at=task.asked_at, zone=zone, day=base))
    return tuple(item for moment in found[:1] for item in moments.claims(moment))


def _format(text: str, task: Task) -> tuple[Found, ...]:
    del task
    return formats.targets(text)[:1]


def _verb(text: str, task: Task) -> tuple[Found, ...]:
    del task
    for match in re.finditer(r"[^\W\d_]+", text):
        if match[0].lower() in ALIASES:
            return (Found("verb", ALIASES[match[0].lower()], match.start(), match.end()),)
    return tuple(item for part in sentences(text) for item in kinds.commands(part))[:1]


def _files(text: str, task: Task) -> tuple[Found, ...]:
    every = _ALL_FILES.search(text)
    if every is not None:
        return (Found("files", [item.handle for item in task.inputs], every.start(), every.end()),)
    return files.files(text, task.inputs)


def _pages(text: str, task: Task) -> tuple[Found, ...]:
    del task
    return pages.read(text, bare=True)


def _where(text: str, task: Task) -> tuple[Found, ...]:
    del task
    begin, end = _core(text)
    said = text[begin:end]
    value: JsonValue = [] if _ALL_ROWS.match(said) else list(filters.read(said))
    return (Found("where", value, begin, end),) if said else ()


def _minutes(text: str, task: Task) -> tuple[Found, ...]:
    del task
    return numbers.minutes(text)


def _attendees(text: str, task: Task) -> tuple[Found, ...]:
    return people.attendees(text, (task.account,))


def _measure(text: str, task: Task) -> tuple[Found, ...]:
    del task
    asked = tuple(item for part in sentences(text) for item in questions.read(part))
    return questions.claims(asked)


_READERS: Mapping[str, Reader] = {
    "when": _when,
    "measure": _measure,
    "target_format": _format,
    "verb": _verb,
    "files": _files,
    "pages": _pages,
    "where": _where,
    "minutes": _minutes,
    "attendees": _attendees,
}
