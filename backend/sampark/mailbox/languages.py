"""The words of mail programs in many languages, as alternations for patterns."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

Key = Literal[
    "wrote",
    "leads",
    "quoting",
    "weekdays",
    "months",
    "from",
    "sent",
    "to",
    "copy",
    "subject",
    "own",
    "original",
    "forwarded",
    "reply",
    "above",
    "line",
    "regards",
    "legal",
    "device",
    "device_end",
    "away",
    "absent",
    "notice",
    "bounced",
]

# Letters that no accent can be taken from, as people without their keyboard write them; marks of
# direction and joiners are no letters.
_BARE = str.maketrans("øłđðıħ", "olddih", "\u200b\u200c\u200d\u200e\u200f\ufeff")

# The digits of other scripts, by the one that stands for nought.
_NOUGHTS = "\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0be6\u0c66\u0ce6\u0d66\u0e50\u1040\uff10"
_DIGITS = {ord(nought) + digit: str(digit) for nought in _NOUGHTS for digit in range(10)}
_LETTERS = _BARE | _DIGITS

# Scripts from here on are written without spaces, so their words have no edges to look for.
_FIRST_DENSE = 0x0E00


@cache
def words(key: Key) -> tuple[str, ...]:
    """Return the words of one kind in all languages, lower case, longest first."""
    text = Path(__file__).with_name("languages.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    found = {folded(word) for table in tables.values() for word in table.get(key, ())}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def folded(text: str) -> str:
    """Return text for comparison: lower case, without accents, composed, with plain digits."""
    if text.isascii():
        return text.lower()
    bare_letters = unicodedata.normalize("NFD", text.lower())
    bare_letters = "".join(ch for ch in bare_letters if not unicodedata.combining(ch))
    return unicodedata.normalize("NFC", bare_letters.translate(_LETTERS))


def bare(key: Key) -> str:
    """Return the words of one kind as an alternation without any edges."""
    return "|".join(re.escape(word) for word in words(key))


def edged(key: Key) -> str:
    """Return the words of one kind as an alternation which matches whole words."""
    spaced = [re.escape(word) for word in words(key) if ord(word[0]) < _FIRST_DENSE]
    dense = [re.escape(word) for word in words(key) if ord(word[0]) >= _FIRST_DENSE]
    alternatives = [rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", *dense]
    return f"(?:{'|'.join(alternatives)})"
