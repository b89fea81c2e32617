"""Addresses and links in a model's answer: only those which the requester typed, character by
character.

A model that saw only the requester's words can still misspell an address or make one up, and the
result would go to a stranger. So every address and URL in an answer must occur as a whole in the
words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pydantic import JsonValue

_ADDRESS = re.compile(r"""[^\s<>"(),:;|\[\]]+[@\ufe6b\uff20][^\s<>"(),:;|\[\]]+""")
_LINK = re.compile(
    r"""(?:[a-z][a-z0-9+.-]*:[/\\]{2}|www\.|mailto:|data:|javascript:)[^\s<>"]*""", re.I
)
_CLOSING = ".,;:!?)]}'`"
_AROUND = _CLOSING + "*_"


def invented(texts: Iterable[str], words: str) -> tuple[str, ...]:
    """Return the addresses and URLs in `texts` that do not stand in `words`, sorted, each once.

    Both sides are cut into tokens by the same rule and compared exactly, so `b@x.org` is not found
    in `bob@x.org`. The words may wrap a token in punctuation or emphasis; an answer may only end
    it with punctuation. Compatibility forms (a full-width @) are looked for too.
    """
    typed = {part for token in _tokens(words) for part in (token, token.strip(_AROUND))}
    found = {token.rstrip(_CLOSING) for text in texts for token in _tokens(text)}
    return tuple(sorted(found - typed))


def strings(value: JsonValue) -> Iterator[str]:
    """Yield every string inside a JSON value, names of fields included."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings(item)
        case dict():
            for name, item in value.items():
                yield name
                yield from strings(item)
        case _:
            return


def _tokens(text: str) -> Iterator[str]:
    for form in {text, unicodedata.normalize("NFKC", text)}:
        for pattern in (_ADDRESS, _LINK):
            yield from pattern.findall(form)
