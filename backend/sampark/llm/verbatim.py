"""Addresses and links in a model's answer: only those which the requester typed.

A model that saw only the requester's words can still misspell an address or make one up, and the
result would go to a stranger. So every address and URL in an answer must occur in the words,
character by character and as a whole.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pydantic import JsonValue

_ADDRESS = re.compile(r".[@\ufe6b\uff20].", re.DOTALL)
_LINK = re.compile(
    r"""(?:[a-z][a-z0-9+.-]{0,30}:[/\\]{2}|www\.|mailto:|javascript:|data:[^\s<>",]{0,80},)[^\s<>"]+""",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s<>,;]+")
_BETWEEN_TYPED = re.compile(r"""[\s<>"(),:;|\[\]]+""")
_OPENING, _CLOSING = '([{"', ".,;:!?)]}'`\""
_AROUND = _OPENING + _CLOSING + "*_|"


def invented(texts: Iterable[str], words: str) -> tuple[str, ...]:
    """Return the addresses and URLs in `texts` that do not stand in `words`, sorted, each once.

    Tokens are compared exactly, so `b@x.org` is not found in `bob@x.org`. The requester may have
    wrapped a token in punctuation or emphasis, or run it together with other words; an answer may
    only bracket it and end it with punctuation. Compatibility forms (a full-width @) count as well.
    """
    typed = {part for token in _typed(words) for part in (token, token.strip(_AROUND))}
    found = {token.lstrip(_OPENING).rstrip(_CLOSING) for text in texts for token in _tokens(text)}
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


def _typed(words: str) -> Iterator[str]:
    yield from _tokens(words)
    yield from _addresses(words, _BETWEEN_TYPED)


def _tokens(text: str) -> Iterator[str]:
    for form in {text, unicodedata.normalize("NFKC", text)}:
        yield from _addresses(form, _BETWEEN)
        yield from _LINK.findall(form)


def _addresses(text: str, between: re.Pattern[str]) -> Iterator[str]:
    # Cut first, look later: one pattern over a megabyte without a space would take quadratic time.
    return (run for run in between.split(text) if _ADDRESS.search(run))
