"""The model act of understanding: the requester's new words, read into goal, claims and questions.

The model sees the requester's words and facts made by code, no file name, no subject, no quoted or
forwarded text. What it answers is checked here: a claim whose quote does not stand in the words is
dropped, an address or link that the requester did not type is refused.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints
from pydantic_ai.models import Model

from sampark.domain.base import Frozen
from sampark.domain.task import Claim, Question, Task
from sampark.llm.answer import Answer, Line, Said, Slug
from sampark.llm.call import LIMITS, CallLimits, ask
from sampark.llm.facts import FileFact, files, sent
from sampark.llm.ledger import CallRecord
from sampark.llm.prompt import Prompt
from sampark.llm.verbatim import invented, strings

MOST_QUESTIONS = 3
"""A clarifying mail asks at most three things."""

VERBS = ("profile", "ask", "convert", "merge", "split", "event", "remind")
"""The kinds of work that predefined plans do."""


@dataclass(frozen=True)
class ClaimName:
    """A claim that predefined plans know, and what its value is."""

    name: str
    meaning: str


CLAIM_NAMES = (
    ClaimName("verb", f"what to do, when it is one of: {', '.join(VERBS)}"),
    ClaimName("target_format", "the wanted file ending, such as pdf"),
    ClaimName("pages", "page numbers and ranges, such as 1-3,7"),
    ClaimName("when", "the moment of an event or reminder, ISO 8601 with the UTC offset"),
    ClaimName("minutes", "how long an event lasts, a whole number"),
    ClaimName("title", "of an event, a reminder or a report"),
    ClaimName("place", "of an event"),
    ClaimName("attendees", "a list of e-mail addresses"),
    ClaimName("measure", "sum, average, median, min, max, count, top, bottom or list"),
    ClaimName("column", "which column is measured"),
    ClaimName("by", "the column that groups it"),
    ClaimName("n", "how many rows, a whole number"),
    ClaimName("where", 'a list of conditions, each "column operator value"'),
    ClaimName("files", "a list of handles of the attached files that are meant"),
)
"""One list for the prompt and for whoever reads the claims."""


class ReadClaim(Answer):
    """One thing that the requester said."""

    name: Slug
    value: JsonValue
    quote: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ReadDeadline(Answer):
    """When the requester wants the result."""

    moment: AwareDatetime
    quote: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class ReadQuestion(Answer):
    """Something that must be known and was not said."""

    about: Slug
    text: Said
    choices: Annotated[tuple[Line, ...], Field(max_length=6)] = ()
    default: Line


class ReadTask(Answer):
    """The task as the model read it."""

    goal: Said
    deliverables: Annotated[tuple[Line, ...], Field(max_length=10)] = ()
    constraints: Annotated[tuple[Line, ...], Field(max_length=10)] = ()
    deadline: ReadDeadline | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    claims: Annotated[tuple[ReadClaim, ...], Field(max_length=30)] = ()
    questions: Annotated[tuple[ReadQuestion, ...], Field(max_length=MOST_QUESTIONS)] = ()


@dataclass(frozen=True)
class ExtractTask(Prompt, template="extract_task.jinja2"):
    """What the model is shown."""

    words: str
    sent: str
    files: tuple[FileFact, ...]
    claim_names: tuple[ClaimName, ...] = CLAIM_NAMES
    most_questions: int = MOST_QUESTIONS


class Extraction(Frozen):
    """What was understood.

    `questions` is empty when the task can be planned as it is. `dropped` names the claims whose
    quote does not stand in the requester's words.
    """

    task: Task
    questions: tuple[Question, ...] = ()
    dropped: tuple[str, ...] = ()


async def extract(
    task: Task,
    model: Model,
    record: Callable[[CallRecord], None],
    *,
    limits: CallLimits = LIMITS,
) -> Extraction:
    """Return the task with what the model read in the requester's words.

    Claims that the task has already were made by code and stay; the model adds only names that are
    new. A deadline that is not quoted, or lies before the asking, is dropped.

    Raises:
        ModelFailed: no usable answer: the model was unreachable, wrote an address or link that the
            requester did not type, or quoted nothing that was said.
    """
    read = await ask(
        model,
        prompt(task),
        ReadTask,
        role="understand",
        record=record,
        limits=limits,
        check=lambda answer: problems(answer, task.words),
    )
    return _extraction(task, read)


def prompt(task: Task) -> ExtractTask:
    """Return the prompt of a task: its words and the facts that code made."""
    return ExtractTask(
        words=task.words,
        sent=sent(task),
        files=files(task.inputs),
    )


def problems(answer: ReadTask, words: str) -> list[str]:
    """Return why an answer cannot be used, each a sentence for the model."""
    found = [
        f"{text!r} does not stand in the request: copy an address or link exactly or leave it out."
        for text in invented(strings(answer.model_dump(mode="json")), words)
    ]
    quotes = [claim.quote for claim in answer.claims]
    if quotes and not any(position(quote, words) for quote in quotes):
        found.append("No quote stands in the request: copy each quote exactly from it.")
    return found


def position(quote: str, words: str) -> tuple[int, int] | None:
    """Return start and end of a quote in the words, or None.

    Runs of white space count as equal, since mail is wrapped. A quote does not begin or end inside
    a
    word: "art" does not stand in "chart". Scripts without cased letters are not held to that, as
    many of them write no space between words.
    """
    parts = [re.escape(part) for part in quote.split()]
    if not parts:
        return None
    spans = (found.span() for found in re.finditer(r"\s+".join(parts), words))
    return next(
        (
            (start, end)
            for start, end in spans
            if not _in_word(words, start) and not _in_word(words, end)
        ),
        None,
    )


def _in_word(words: str, index: int) -> bool:
    around = words[max(index - 1, 0) : index + 1] if index else ""
    return len(around) == 2 and all(
        unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Nd"} for letter in around
    )


def _extraction(task: Task, read: ReadTask) -> Extraction:
    known = {claim.name for claim in task.claims if claim.value is not None}
    claims = tuple(_claims(task.words, read))
    kept = tuple(claim for claim in claims if claim.name not in known)
    told = {claim.name for claim in kept}
    before = tuple(each for each in task.claims if each.value is not None or each.name not in told)
    dropped = [claim.name for claim in read.claims if position(claim.quote, task.words) is None]
    deadline = _deadline(task, read)
    if read.deadline is not None and deadline is None:
        dropped.append("deadline")
    understood = task.model_copy(
        update={
            "goal": read.goal,
            "claims": (*before, *kept),
            "deliverables": task.deliverables or read.deliverables,
            "constraints": task.constraints or read.constraints,
            "deadline": task.deadline or deadline,
            "language": read.language,
        }
    )
    return Extraction(task=understood, questions=_questions(read), dropped=tuple(dropped))


def _claims(words: str, read: ReadTask) -> Iterator[Claim]:
    for claim in read.claims:
        if (span := position(claim.quote, words)) is not None:
            start, end = span
            yield Claim(name=claim.name, value=claim.value, quote=words[start:end], start=start)


def _deadline(task: Task, read: ReadTask) -> datetime | None:
    due = read.deadline
    if due is None or due.moment < task.asked_at or position(due.quote, task.words) is None:
        return None
    return due.moment


def _questions(read: ReadTask) -> tuple[Question, ...]:
    return tuple(
        Question(about=asked.about, text=asked.text, choices=asked.choices, default=asked.default)
        for asked in read.questions
    )
