"""A reply read against open questions: a choice by number, letter or word, consent, or free words.

The reply's words are appended to the task's words, so that every claim of the reply still quotes them.
What was said but could not be read becomes a claim without a value: it is asked about once more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import JsonValue

from sampark.domain.task import Claim, Question, Task
from sampark.understanding import (
    asked,
    courtesy,
    dates,
    files,
    filters,
    formats,
    moments,
    numbers,
    pages,
    people,
    questions,
    words,
    zones,
)  # fmt: skip
from sampark.understanding.choices import chosen, consents, core
from sampark.understanding.claims import Frame
from sampark.understanding.kinds import ALIASES
from sampark.understanding.moments import Now
from sampark.understanding.reading import (
    Found,
    mask,
    own,
    plain,
    sentences,
    shifted,
    spans,
    to_claim,
)
from sampark.understanding.words import Reading

FILE = "file"
"""What a question is about that only an attachment can answer."""

QUOTE_LIMIT = 120
_NUMBER = re.compile(r"(?:\A|(?<=\s)|(?<=[,;]))\(?(?P<n>[1-9])[.):]\s+")
_ALL_ROWS = re.compile(r"(?:all|every)(?:\s+(?:rows?|of\s+(?:them|it)))?\Z", re.IGNORECASE)
_ALL_FILES = re.compile(r"\b(?:both|all|every|alle|beide|tous|todos)\b", re.IGNORECASE)
_BARE_HOUR = re.compile(r"[012]?\d(?:[.:][0-5]\d)?")
_ASKED_ONLY = frozenset({"verb", "where"})  # not read out of words that no question asked for
_REPLACED = {"when": frozenset({"when", "day", "zone"})}


@dataclass(frozen=True)
class Piece:
    """A part of the reply: plain text from `start` of all words; `own`: for one question alone."""

    text: str
    start: int
    own: bool


@dataclass(frozen=True)
class Context:
    """What a reply is read in: the task it answers, and the moment and zone of its writing."""

    task: Task
    now: Now

    @property
    def frame(self) -> Frame:
        """What stands around the reply for the readers of whole requests."""
        return Frame(inputs=self.task.inputs, now=self.now, own=(self.task.account,))


Reader = Callable[[str, Context], tuple[Found, ...]]


def answer(
    task: Task, questions: Sequence[Question], said: str, *, at: datetime | None = None
) -> Task:
    """Return the task with what a reply says to its open questions, the reply's words appended.

    A single question takes the whole reply; several take its numbered parts, else its lines in
    order, else each the words it can read. A word of consent alone takes every default. A claim that
    was asked about is replaced by its answer; what answers nothing but asks for other work replaces
    the work; what is not understood at all becomes a claim of the value None.

    Args:
        task: the task as it was asked about; files sent with the reply belong to its inputs already.
        questions: what was asked, in the order of the mail that asked.
        said: the new words of the reply.
        at: when the reply was written, with the requester's offset; without it, when the task was.
    """
    context = in_context(task, at)
    start = len(task.words) + 2
    text = f"{task.words}\n\n{said.strip()}"
    reply = own(said.strip())
    pieces = _pieces(reply, start, len(questions))
    pairs = list(zip(questions, pieces, strict=True))
    found = _answers(pairs, context)
    other = words.read(reply, 0, context.frame)
    fuller = len(other.found) > 1 and any(question.about == "verb" for question in questions)
    begin, end = core(reply)
    if other.kind and (fuller or not found) and not consents(reply[begin:end]):
        return restated(task, text, other, start)
    return _with(task, text, found, _unread(pairs, found, task))


def in_context(task: Task, at: datetime | None = None) -> Context:
    """Return how a reply to this task is read; a day that it names already is the day of a bare time."""
    zone = zones.own(task.asked_at, task.timezone)
    day = task.claim("day")
    base = dates.of_iso(day.value) if day is not None else None
    return Context(task, Now(at=at or task.asked_at, zone=zone, day=base))


def restated(task: Task, text: str, reading: Reading, start: int) -> Task:
    """Return the task as words that begin at `start` of the text ask for it anew.

    What the same work was told before stays where nothing else is said now; a question about a sheet
    counts whole, and files that were named stay named.
    """
    found = shifted(reading.found, start)
    said = {item.name for item in found}
    known = {task.kind, *(str(claim.value) for claim in task.claims if claim.name == "verb")}
    whole = reading.kind == "ask" or reading.kind not in known
    kept = [
        claim
        for claim in task.claims
        if claim.name not in said and (not whole or claim.name == "files")
    ]
    claims = (*kept, *(to_claim(item, text) for item in found))
    update = {"words": text, "kind": reading.kind, "claims": claims}
    return task.model_copy(update=update | {"deadline": reading.deadline or task.deadline})


def corrected(task: Task, text: str, said: str, context: Context) -> Task:
    """Return the task with those of its claims told anew that `said` speaks of, the text's plain end."""
    start = len(text) - len(said)
    known = dict.fromkeys(claim.name for claim in task.claims if claim.name not in _ASKED_ONLY)
    found = [
        item
        for name in known
        if name in _READERS
        for item in shifted(_READERS[name](said, context), start)
    ]
    return _with(task, text, found, ())


def _with(task: Task, text: str, found: Sequence[Found], unread: Iterable[Found]) -> Task:
    replaced = {name for item in found for name in _REPLACED.get(item.name, {item.name})}
    kept: list[Claim] = [claim for claim in task.claims if claim.name not in replaced]
    kind = next((str(item.value) for item in found if item.name == "verb"), task.kind)
    claims = (*kept, *(to_claim(item, text) for item in (*found, *unread)))
    return task.model_copy(update={"words": text, "kind": kind, "claims": claims})


def _pieces(said: str, start: int, count: int) -> list[Piece]:
    """Return the piece of the reply that answers each question."""
    if count <= 1:
        return [Piece(said, start, own=True)] * count
    numbered = _numbered(said, count)
    if numbered:
        return [
            Piece(
                said[slice(*numbered.get(n, (0, 0)))], start + numbered.get(n, (0, 0))[0], own=True
            )
            for n in range(1, count + 1)
        ]
    lines = _lines(said)
    if len(lines) == count:
        return [Piece(line, start + at, own=True) for line, at in lines]
    return [Piece(said, start, own=False)] * count


def _numbered(said: str, count: int) -> dict[int, tuple[int, int]]:
    """Return where the part behind each number stands, if the numbers count up within the questions."""
    marks = list(_NUMBER.finditer(said))
    ns = [int(mark["n"]) for mark in marks]
    if not ns or ns != sorted(set(ns)) or ns[-1] > count:
        return {}
    ends = [*(mark.start() for mark in marks[1:]), len(said)]
    return {n: (mark.end(), end) for n, mark, end in zip(ns, marks, ends, strict=True)}


def _lines(said: str) -> list[tuple[str, int]]:
    """Return the lines that say something: no greeting, and nothing from the closing on."""
    found: list[tuple[str, int]] = []
    for match in re.finditer(r"[^\n]*\S[^\n]*", said):
        if found and courtesy.is_closing(match[0]):
            break
        if courtesy.request_start(match[0]) < len(match[0].rstrip()) or consents(match[0].strip()):
            found.append((match[0], match.start()))
    return found


def _answers(pairs: Sequence[tuple[Question, Piece]], context: Context) -> list[Found]:
    """Return what the pieces say; free words are what no other question took."""
    found: list[Found] = []
    for free in (False, True):
        for question, piece in pairs:
            if _is_free(question) is free and question.about != FILE:
                taken = [] if piece.own else list(spans(found))
                found += _answered(question, piece, context, taken)
    return found


def _is_free(question: Question) -> bool:
    return question.about not in _READERS and not question.choices


def _answered(
    question: Question, piece: Piece, context: Context, taken: Sequence[tuple[int, int]]
) -> Iterator[Found]:
    text = mask(piece.text, ((a - piece.start, b - piece.start) for a, b in taken))
    begin, end = core(text)
    said = text[begin:end]
    agreed = question.default if consents(said) else ""
    named = agreed or chosen(question.choices, said)
    fuller = _said(question, text, context) if question.about == "measure" else ()
    if named and not fuller:
        for item in _meaning(question, named, context):
            yield replace(item, start=piece.start + begin, end=piece.start + end)
    elif not consents(said):
        yield from shifted(fuller or _said(question, text, context), piece.start)


def _unread(
    pairs: Sequence[tuple[Question, Piece]], found: Sequence[Found], task: Task
) -> Iterator[Found]:
    """Yield a claim without a value for each question whose answer could not be read."""
    answered = {
        name for item in found for name in (item.name, "when" if item.name == "day" else "")
    }
    for question, piece in pairs:
        begin, end = core(piece.text)
        sent = question.about == FILE and len(task.inputs) > 0
        if question.about in answered or sent or begin >= end or (found and not piece.own):
            continue
        end = min(end, begin + QUOTE_LIMIT)
        yield Found(question.about, None, piece.start + begin, piece.start + end)


def _meaning(question: Question, said: str, context: Context) -> tuple[Found, ...]:
    """Return what a choice or default means: its own words, read like anybody's."""
    read = _READERS.get(question.about)
    found = read(plain(said), context) if read else ()
    named = tuple(item for item in found if item.name == question.about)
    return named or (Found(question.about, said, 0, len(said)),)


def _said(question: Question, text: str, context: Context) -> tuple[Found, ...]:
    read = _READERS.get(question.about)
    if read is None:
        return () if question.choices else _free(question, text)
    found = read(text, context)
    day = next((item for item in found if item.name == "day"), None)
    if day is None:
        return found
    # a bare day among the moments to choose from is one of them
    offered = [item for choice in question.choices for item in _meaning(question, choice, context)]
    on_day = [item for item in offered if str(item.value).startswith(str(day.value))]
    return (replace(on_day[0], start=day.start, end=day.end),) if on_day else found


def _free(question: Question, text: str) -> tuple[Found, ...]:
    """Return the reply itself as the value: a title, a column, a name."""
    begin, end = core(text)
    said = " ".join(text[begin:end].split()).strip("\"'")
    if not said or len(said) > 200 or consents(said) or courtesy.is_only_thanks(text):
        return ()
    return (Found(question.about, said, begin, end),)


def _when(text: str, context: Context) -> tuple[Found, ...]:
    begin, end = core(text)
    if _BARE_HOUR.fullmatch(text, begin, end):
        at = moments.read(f"@{text[begin:end].replace('.', ':')}", context.now)
        bare = (item for moment in at[:1] for item in moments.claims(moment))
        return tuple(replace(item, start=begin, end=end) for item in bare)
    found = moments.read(text, context.now)
    exact = tuple(moment for moment in found if moment.day is None) or found
    return tuple(item for moment in exact[:1] for item in moments.claims(moment))


def _format(text: str, context: Context) -> tuple[Found, ...]:
    del context
    begin, end = core(text)
    alone = formats.canonical(text[begin:end])
    return (Found("target_format", alone, begin, end),) if alone else formats.targets(text)[:1]


def _verb(text: str, context: Context) -> tuple[Found, ...]:
    del context
    named = [match for match in re.finditer(r"[^\W\d_]+", text) if match[0].lower() in ALIASES]
    return tuple(Found("verb", ALIASES[match[0].lower()], *match.span()) for match in named[:1])


def _files(text: str, context: Context) -> tuple[Found, ...]:
    every = _ALL_FILES.search(text)
    if every is not None:
        handles: JsonValue = [item.handle for item in context.task.inputs]
        return (Found("files", handles, every.start(), every.end()),)
    return files.files(text, context.task.inputs)


def _pages(text: str, context: Context) -> tuple[Found, ...]:
    del context
    return pages.read(text, bare=True)


def _where(text: str, context: Context) -> tuple[Found, ...]:
    del context
    begin, end = core(text)
    said = text[begin:end]
    value: JsonValue = [] if _ALL_ROWS.match(said) else list(filters.read(said))
    return (Found("where", value, begin, end),) if said else ()


def _minutes(text: str, context: Context) -> tuple[Found, ...]:
    del context
    return numbers.minutes(text)


def _attendees(text: str, context: Context) -> tuple[Found, ...]:
    return people.attendees(text, (context.task.account,))


def _measure(text: str, context: Context) -> tuple[Found, ...]:
    del context
    found = tuple(item for part in sentences(text) for item in questions.read(part))
    return asked.claims(found)


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
