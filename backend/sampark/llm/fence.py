"""Marks that say where somebody's words begin and end inside a prompt.

A fence is no protection by itself: no decision rests on a model respecting it. It keeps words from
being mistaken for our own lines, and it cannot be closed from inside.
"""

import hashlib

from sampark.domain.value import Origin

OPEN, CLOSE = "\u27e6", "\u27e7"
"""The mathematical white square brackets: rare in mail, one character each."""

# Unicode's "confusables" of the two (UTS 39) that a reader or a tokenizer could take for them.
_INSIDE = str.maketrans(
    dict.fromkeys("\u27e6\u301a\u2045\u2997\u3014\uff3b", "[")
    | dict.fromkeys("\u27e7\u301b\u2046\u2998\u3015\uff3d", "]")
)


def fence(text: str, origin: Origin) -> str:
    """Return the text between marks that name its origin and cannot occur in it.

    The marks carry 8 hex digits of the text's SHA-256, so the same text always gives the same
    prompt. Brackets inside the text that look like the marks become plain `[` and `]`; nothing
    else changes.
    """
    seal = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    label = " ".join(f"{origin}".translate(_INSIDE).split())
    inside = text.translate(_INSIDE)
    return f"{OPEN}{label} {seal} begins{CLOSE}\n{inside}\n{OPEN}{label} {seal} ends{CLOSE}"
