"""Conditions in a person's words, taken apart: a column, a comparison, a value.

`amount over 100`, `region is not North`, `date in 2024`, `price between 5 and 10`, or only `North`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sampark.domain.value import Column, Table
from sampark.errors import StepFailed
from sampark.execution.tables.match import fitting_columns, nearest_words, same_columns

Comparison = Literal[
    "is", "is not", "is over", "is under", "is at least", "is at most", "is between", "is one of",
    "contains", "starts with", "ends with", "is empty", "is filled",
]  # fmt: skip

_MORE, _LESS = "(?:more|greater|larger|bigger|higher|later)", "(?:less|fewer|smaller|lower|earlier)"
_EMPTY = "(?:empty|missing|blank|null)"
_BE = "(?:(?:is|are|was|were) )?"

# Tried in order at one place, so that the longer words stand before those they begin with.
_SPELLINGS: tuple[tuple[Comparison, tuple[str, ...]], ...] = (
    ("is filled", (f"{_BE}not {_EMPTY}", f"{_BE}filled")),
    ("is empty", (f"{_BE}{_EMPTY}",)),
    ("is between", (f"{_BE}between",)),
    ("is at most", (f"{_BE}not? {_MORE} than", f"{_BE}not (?:over|above|after)", f"{_BE}at most",
                    "up to", "until", "till", "<=", "≤")),
    ("is at least", (f"{_BE}not? {_LESS} than", f"{_BE}not (?:under|below|before)",
                     f"{_BE}at least", "from", "since", ">=", "≥")),
    ("is not", ("(?:is|are|was|were|does|do) not(?: equal)?(?: to| in| on)?", "isn't", "aren't",
                "not(?: equal to| in| on)?", "!=", "<>", "≠", "except", "other than")),
    ("is over", (f"{_BE}{_MORE} than", f"{_BE}(?:over|above|after)", ">")),
    ("is under", (f"{_BE}{_LESS} than", f"{_BE}(?:under|below|before)", "<")),
    ("contains", ("contains?", "containing", "includes?", "including", "like")),
    ("starts with", ("(?:start|begin)(?:s|ing|ning)? with",)),
    ("ends with", ("end(?:s|ing)? (?:with|in)",)),
    ("is one of", (f"{_BE}(?:one of|any of|either)",)),
    ("is", (f"{_BE}(?:equals?|equal to|in|on)", "is|are|was|were", "==", "=", ":")),
)  # fmt: skip
_COMPARISONS: tuple[tuple[Comparison, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?:{'|'.join(spellings)})(?![^\W\d_])\s*", re.IGNORECASE))
    for name, spellings in _SPELLINGS
)
_QUOTES = " '\"“”\u2018\u2019"


@dataclass(frozen=True)
class Parts:
    """A condition taken apart. `value` is as written, without quotation marks."""

    column: Column
    comparison: Comparison
    value: str


def take_apart(table: Table, phrase: str, find: Callable[[str], Column | None]) -> Parts:
    """Take a condition apart.

    Args:
        table: The table whose columns the condition may name.
        phrase: The condition in words.
        find: Returns the column that a bare value belongs to, or None.

    Raises:
        StepFailed: The phrase names no column, or lacks a value.
    """
    words = _spaced(phrase)
    parts = _compared(table, words) or _adjacent(table, words) or _bare(words, find)
    if parts is None:
        raise StepFailed(
            f"The condition “{phrase}” names no column.", fix=nearest_words(table, phrase)
        )
    if not parts.value and parts.comparison not in {"is empty", "is filled"}:
        raise StepFailed(
            f"The condition “{phrase}” has no value.", fix="Write it as: amount over 100."
        )
    return parts


def _spaced(phrase: str) -> str:
    words = re.sub(r"\s*(<=|>=|<>|!=|==|[=<>≤≥≠])\s*", r" \1 ", phrase.strip().rstrip(".;,"))
    words = re.sub(r"\s*:\s+", " : ", words).replace("\u2019", "'")
    return re.sub(r"^(?:where|with|if|whose)\s+", "", " ".join(words.split()), flags=re.IGNORECASE)


def _compared(table: Table, words: str) -> Parts | None:
    for place in (found.end() for found in re.finditer(r"\s", words)):
        comparison, value = _comparison(words[place:])
        fitting = fitting_columns(table.columns, words[:place]) if comparison else []
        if comparison and len(fitting) == 1:
            return Parts(fitting[0], comparison, value)
    return None


def _adjacent(table: Table, words: str) -> Parts | None:
    for place in reversed([found.start() for found in re.finditer(r"\s", words)]):
        fitting = same_columns(table.columns, words[:place])
        if len(fitting) == 1:
            return Parts(fitting[0], "is", words[place:].strip(_QUOTES))
    return None


def _bare(words: str, find: Callable[[str], Column | None]) -> Parts | None:
    comparison, value = _comparison(words)
    for how, what in _readings(comparison, value, words):
        column = find(what)
        if column is not None:
            return Parts(column, how, what)
    return None


def _readings(
    comparison: Comparison | None, value: str, words: str
) -> Iterator[tuple[Comparison, str]]:
    if comparison and value:
        yield comparison, value
    yield "is", words.strip(_QUOTES)


def _comparison(words: str) -> tuple[Comparison | None, str]:
    for name, pattern in _COMPARISONS:
        found = pattern.match(words)
        if found:
            return name, words[found.end() :].strip(_QUOTES)
    return None, words
