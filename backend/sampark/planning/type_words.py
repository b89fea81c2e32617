"""Types in words for a person who wired a plan wrongly."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from types import NoneType
from typing import Literal, get_args, get_origin

from pydantic import AwareDatetime

from sampark.planning.wiring_types import is_anything, is_fixed, is_handle, items, members, plain

_WORDS: Mapping[object, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a moment such as 2027-01-01T10:00:00+01:00",
    AwareDatetime: "a moment such as 2027-01-01T10:00:00+01:00",
    date: "a date such as 2027-01-01",
    NoneType: "nothing",
}


def choices(kind: object) -> list[str]:
    """Return the words that the type takes, where it takes only certain ones."""
    found: list[str] = []
    for part in members(kind):
        bare = plain(part)
        if get_origin(bare) is Literal:
            found += [str(value) for value in get_args(bare)]
        elif isinstance(bare, type) and issubclass(bare, Enum):
            found += [str(member.value) for member in bare]
    return found


def words(kind: object, *, depth: int = 0) -> str:
    """Return a type in words for a person: "a list of Table", "text or nothing"."""
    bare = plain(kind)
    if depth > 3 or is_anything(bare):
        return "anything"
    if is_handle(kind):
        return "the handle of an attachment"
    if len(parts := members(bare)) > 1:
        return " or ".join(words(part, depth=depth + 1) for part in parts)
    return _single_words(bare, depth)


def _single_words(bare: object, depth: int) -> str:
    if known := choices(bare):
        return f"one of {', '.join(repr(choice) for choice in known)}"
    if inner := items(bare):
        of = ", ".join(_bare_words(item, depth) for item in inner)
        return f"exactly {len(inner)} of: {of}" if is_fixed(bare) else f"a list of {of}"
    if bare in _WORDS:
        return _WORDS[bare]
    name = bare.__name__ if isinstance(bare, type) else str(bare)
    return f"{'an' if name[:1] in set('AEIOU') else 'a'} {name}"


def _bare_words(kind: object, depth: int) -> str:
    return words(kind, depth=depth + 1).removeprefix("a ").removeprefix("an ")
