"""From a person's words to a column: as spelled, by its words, then the nearest spelling."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from sampark.domain.value import Column, Table
from sampark.errors import StepFailed
from sampark.execution.tables.words import listing

_NEAR = 0.78  # similarity from which a spelling is taken for a slip
_HINT = 0.45  # similarity from which a column is worth naming
_NAMED = 4  # columns that a hint names
_FILLER = {"the", "a", "an", "of", "column", "field", "all", "total", "each", "per"}


def find_column(table: Table, phrase: str) -> Column:
    """Return the column that a phrase names.

    Raises:
        StepFailed: No column is near enough, or several fit; the message names the nearest.
    """
    fitting = fitting_columns(table.columns, phrase)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = listing([f"“{column.name}”" for column in fitting[:_NAMED]])
        raise StepFailed(f"“{phrase}” may mean {names}.", fix="Please name one of them.")
    raise StepFailed(f"There is no column “{phrase}”.", fix=nearest_words(table, phrase))


def same_columns(columns: Sequence[Column], phrase: str) -> list[Column]:
    """Return the columns spelled like the phrase, else alike without case, signs and plural."""
    wanted = words_of(phrase)
    rules = (
        [column for column in columns if column.name == phrase.strip()],
        [column for column in columns if _key(column.name) == _key(phrase)],
        [column for column in columns if words_of(column.name) == wanted],
    )
    return next((found for found in rules if found), [])


def fitting_columns(columns: Sequence[Column], phrase: str) -> list[Column]:
    """Return the columns that a phrase may name, by the strictest rule that finds any.

    The rules: the same; all words of the phrase in the name, or of the name in the phrase; the
    nearest spelling.
    """
    wanted = words_of(phrase)
    rules = (
        same_columns(columns, phrase),
        [column for column in columns if wanted and set(wanted) <= set(words_of(column.name))],
        [
            column
            for column in columns
            if (own := words_of(column.name)) and set(own) <= set(wanted)
        ],
        _nearest(columns, phrase),
    )
    return next((found for found in rules if found), [])


def nearest_words(table: Table, phrase: str) -> str:
    """Return a hint with the columns whose names are nearest to the phrase, else the first ones."""
    scored = sorted(table.columns, key=lambda column: -_similarity(column.name, phrase))
    near = [column for column in scored if _similarity(column.name, phrase) >= _HINT]
    names = [f"“{column.name}”" for column in (near or table.columns)[:_NAMED]]
    if near:
        return f"The nearest {'is' if len(names) == 1 else 'are'} {listing(names)}."
    rest = len(table.columns) - len(names)
    return f"The table has {listing(names)}{f' and {rest} more' if rest > 0 else ''}."


def words_of(text: str) -> tuple[str, ...]:
    """Return a name's words in lower case and singular, without fillers; camelCase is parted."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = re.findall(r"[^\W_]+", parted.casefold())
    return tuple(_singular(word) for word in words if word not in _FILLER) or tuple(words)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _similarity(one: str, other: str) -> float:
    return SequenceMatcher(None, _key(one), _key(other)).ratio()


def _nearest(columns: Sequence[Column], phrase: str) -> list[Column]:
    scores = {column.name: _similarity(column.name, phrase) for column in columns}
    best = max(scores.values(), default=0.0)
    return [column for column in columns if best >= _NEAR and scores[column.name] == best]
