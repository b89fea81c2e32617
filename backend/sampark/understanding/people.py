"""Addresses in the words: the only people a task may ever name."""

import re
from collections.abc import Collection

from sampark.understanding.reading import Found

_ADDRESS = re.compile(
    r"(?<![\w.+@-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@-])",
    re.ASCII,
)


def addresses(text: str) -> tuple[Found, ...]:
    """Return every e-mail address in the text, each as written."""
    return tuple(Found("address", match[0], *match.span()) for match in _ADDRESS.finditer(text))


def attendees(text: str, own: Collection[str]) -> tuple[Found, ...]:
    """Return one claim with the addresses in the words, in order, without the robot's own, or none."""
    found = [item for item in addresses(text) if str(item.value).lower() not in own]
    if not found:
        return ()
    unique = list({str(item.value).lower(): item.value for item in found}.values())
    return (Found("attendees", unique, found[0].start, found[-1].end),)
