"""Which jobs a region of the words asks for: one is normal, two must be asked about, none is none.

A slash command stands alone. Otherwise every clause is read for commands and for questions about a
sheet; weaker phrasings count only where nothing is commanded and nothing asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sampark.understanding import dates, kinds, questions, times, wholes
from sampark.understanding.asked import Question
from sampark.understanding.kinds import is_label
from sampark.understanding.reading import Found, Sentence, mask, sentences

_CLAUSE = re.compile(
    r"(?:,|;|\band\b|\bthen\b|\balso\b)\s+(?:(?:and|then|also|please|could you|can you)\s+)*"
    r"(?=(?:tell|show|give|send|let)\s+(?:me|us)\b|what\b|how\s+(?:many|much)\b|calculate\b|compute\b|which\b|count\b)",
    re.IGNORECASE,
)
_SWALLOWING = frozenset({"remind", "event"})
_ABOUT_ROWS = frozenset({"count", "list"})


@dataclass(frozen=True)
class Job:
    """One job: the words that command it, the sentence they stand in, and the questions of an `ask`."""

    verb: Found
    at: Sentence
    questions: tuple[Question, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of work."""
        return str(self.verb.value)


def find(text: str, today: date, *, sheet: bool) -> tuple[Job, ...]:
    """Return the jobs a plain, veiled region asks for, one per kind, in order of mention.

    `sheet` says that a table came along or is spoken of: without one, only a full question about a
    measure is taken for a question to a sheet ('how many are coming?' is none).
    """
    parts = tuple(part for part in sentences(text) if not is_label(part))
    slashed = _slashed(text)
    if slashed is not None:
        return (slashed,) if slashed.kind else ()
    found = _merged([job for part in parts for job in _in_sentence(part, sheet=sheet)])
    if found:
        return found
    hints = [Job(verb, part) for part in parts for verb in _slots(part, today)]
    hints += [Job(verb, part) for part in parts for verb in kinds.hints(part)]
    hints = [job for job in hints if sheet or job.kind != "profile"]
    return _merged(hints or list(_grouped(parts) if sheet else ()))[:1]


def _slots(part: Sentence, today: date) -> tuple[Found, ...]:
    """Return the event of a sentence that names a day and a time of day, in this order or the other."""
    days = dates.read(part.text, today)
    rest = mask(part.text, ((day.start, day.end) for day in days))
    clocks = times.read(rest)
    if not days or not clocks:
        return ()
    timed = mask(rest, ((clock.start, clock.end) for clock in clocks))
    return kinds.slots(part, timed)


def _grouped(parts: tuple[Sentence, ...]) -> Iterator[Job]:
    for part in parts:
        asked = wholes.grouped(part)
        if asked:
            first = asked[0].measure
            yield Job(Found("verb", "ask", first.start, first.end), part, asked)


def _slashed(text: str) -> Job | None:
    command = kinds.slash(text)
    if command is None:
        return None
    verb, rest = command
    at = Sentence(text[verb.start : rest.end], verb.start)
    asked = Sentence(str(rest.value), rest.start)
    return Job(verb, at, questions.read(asked) if verb.value == "ask" else ())


def _in_sentence(part: Sentence, *, sheet: bool) -> Iterator[Job]:
    verbs = tuple(verb for verb in kinds.commands(part) if sheet or not _needs_sheet(verb, part))
    yield from (Job(verb, part) for verb in verbs)
    swallowed = min((verb.start for verb in verbs if verb.value in _SWALLOWING), default=part.end)
    for clause in _clauses(part):
        if clause.start >= swallowed or any(
            clause.start <= verb.start < clause.end for verb in verbs
        ):
            continue
        asked = tuple(item for item in questions.read(clause) if sheet or _stands_alone(item))
        if asked:
            first = asked[0].measure
            yield Job(Found("verb", "ask", first.start, first.end), part, asked)


def _needs_sheet(verb: Found, part: Sentence) -> bool:
    """Whether the words only mean a profile where a table is at hand: 'I need a report'."""
    said = part.text[verb.start - part.start : verb.end - part.start].lower()
    return verb.value == "profile" and not said.startswith("profile")


def _stands_alone(question: Question) -> bool:
    grouped = question.by is not None
    if question.measure.value in _ABOUT_ROWS:
        return grouped
    return question.asked and (question.column is not None or grouped) and not question.where


def _clauses(part: Sentence) -> Iterator[Sentence]:
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(part.text)), len(part.text)]
    for start, end in pairwise(cuts):
        yield Sentence(part.text[start:end], part.start + start)


def _merged(found: list[Job]) -> tuple[Job, ...]:
    """Put the questions of all sentences into one job, and keep the first of each other kind."""
    jobs: dict[str, Job] = {}
    for job in found:
        earlier = jobs.get(job.kind)
        if earlier is None:
            jobs[job.kind] = job
        elif job.questions:
            asked = (*earlier.questions, *job.questions)
            jobs[job.kind] = Job(earlier.verb, earlier.at, asked)
    return tuple(jobs.values())
