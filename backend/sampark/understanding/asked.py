"""One question about a sheet, its pieces with their places in the words, and its claims."""

import re
from dataclasses import dataclass, replace

from pydantic import JsonValue

from sampark.understanding.clauses import Span, singular
from sampark.understanding.numbers import WORDS
from sampark.understanding.question_patterns import LOW_WORD
from sampark.understanding.reading import Found, trimmed


@dataclass(frozen=True)
class Question:
    """One question. `groups` has more than one entry where only one can be meant.

    `asked` says that it stands as a question or order, not as a mere phrase.
    """

    measure: Span
    column: Span | None = None
    groups: tuple[Span, ...] = ()
    n: Span | None = None
    where: tuple[str, ...] = ()
    where_span: tuple[int, int] | None = None
    asked: bool = True

    @property
    def by(self) -> Span | None:
        """The group, if one is named."""
        return self.groups[0] if self.groups else None

    @property
    def span(self) -> tuple[int, int]:
        """Where the question stands in the words."""
        parts = [part for part in (self.measure, self.column, *self.groups, self.n) if part]
        ends = [(part.start, part.end) for part in parts]
        ends += [self.where_span] if self.where_span else []
        return min(start for start, _ in ends), max(end for _, end in ends)


def claims(questions: tuple[Question, ...]) -> tuple[Found, ...]:
    """Return the first question's claims by name, each further question as one claim `also`."""
    if not questions:
        return ()
    first, *others = questions
    found = [Found("measure", first.measure.value, first.measure.start, first.measure.end)]
    if first.column is not None:
        found.append(Found("column", first.column.value, first.column.start, first.column.end))
    found.extend(Found("by", group.value, group.start, group.end) for group in first.groups)
    if first.n is not None:
        found.append(Found("n", int(first.n.value), first.n.start, first.n.end))
    if first.where_span is not None:
        found.append(Found("where", list(first.where), *first.where_span))
    found.extend(Found("also", as_json(other), *other.span) for other in others)
    return tuple(found)


def as_json(question: Question) -> dict[str, JsonValue]:
    """Return the question as the value of a claim `also`: what is named of column, by, n, where."""
    value: dict[str, JsonValue] = {"measure": question.measure.value}
    if question.column:
        value["column"] = question.column.value
    if question.by:
        value["by"] = question.by.value
    if question.n:
        value["n"] = int(question.n.value)
    if question.where:
        value["where"] = list(question.where)
    return value


def extreme(word: str, start: int, end: int) -> Span:
    """Return the measure of a superlative: 'top' or 'bottom'."""
    return Span("bottom" if LOW_WORD.match(word) else "top", start, end)


def number(word: str, start: int, end: int) -> Span:
    """Return a number in figures, written as a figure or a word."""
    return Span(str(WORDS.get(word.lower(), word)), start, end)


def part(match: re.Match[str], name: str, *, plural: bool = False) -> Span:
    """Return a group of a match as a piece, a plural in the singular if it is one of many."""
    words = " ".join(match[name].split())
    return Span(singular(words) if plural else words, *match.span(name))


def tidy(piece: Span, text: str) -> Span:
    """Return a piece without white space at its ends."""
    start, end = trimmed(text, piece.start, piece.end)
    return Span(piece.value, start, end)


def moved(question: Question, by: int) -> Question:
    """Return a question with every place moved to the right by so many characters."""

    def shifted(piece: Span) -> Span:
        return replace(piece, start=piece.start + by, end=piece.end + by)

    span = question.where_span
    return replace(
        question,
        measure=shifted(question.measure),
        column=question.column and shifted(question.column),
        groups=tuple(shifted(group) for group in question.groups),
        n=question.n and shifted(question.n),
        where_span=span and (span[0] + by, span[1] + by),
    )
