"""A body that came as plain text and as HTML: where the HTML knows better what is quoted.

Some programs mark a quote in their HTML alone. Both forms say the same words, so three words in a
row tell where a plain line stands in the HTML. A line of which nothing is found there stays as it
was read.
"""

import re
from collections.abc import Iterator, Sequence

from sampark.domain.mail import Segments

# Scripts that are written without spaces count sign by sign.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7ff]|[^\W_\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7ff]+"
)
_RUN = 3

_Runs = set[tuple[str, ...]]


def checked(plain: Segments, html: Segments) -> Segments:
    """Return the segments of the plain text without the new words that the HTML calls history.

    Nothing is ever made new. If the HTML holds no words of the writer, it says nothing. Linear.
    """
    typed = _runs(f"{html.typed}\n{html.signature}")
    if not typed or not plain.new:
        return plain
    kept = "\n".join(line for line in html.new.split("\n") if line.lstrip().startswith(">"))
    history = _runs(f"{html.quoted}\n{html.forwarded}\n{kept}") - typed
    lines = plain.new.split("\n")
    quoted = _quoted_lines(lines, typed, history) if history else frozenset()
    if not quoted:
        return plain
    new = [line for at, line in enumerate(lines) if at not in quoted]
    moved = [line for at, line in enumerate(lines) if at in quoted]
    return plain.model_copy(
        update={
            "new": "\n".join(new).strip("\n"),
            "quoted": "\n".join(filter(None, ["\n".join(moved), plain.quoted])),
        }
    )


def _quoted_lines(lines: Sequence[str], typed: _Runs, history: _Runs) -> frozenset[int]:
    """The lines with words of the history and with none that the writer typed."""
    places: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if not line.lstrip().startswith(">"):
            places.extend((at, word) for word in _WORD.findall(line.lower()))
    in_history: set[int] = set()
    in_typed: set[int] = set()
    for start in range(len(places) - _RUN + 1):
        window = places[start : start + _RUN]
        run = tuple(word for _, word in window)
        found = in_typed if run in typed else in_history if run in history else None
        if found is not None:
            found.update(at for at, _ in window)
    return frozenset(in_history - in_typed)


def _runs(text: str) -> _Runs:
    return set(_windows(_WORD.findall(text.lower())))


def _windows(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - _RUN + 1):
        yield tuple(words[start : start + _RUN])
