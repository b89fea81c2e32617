"""The lines under a name that tell how to reach its bearer: title, company, telephone, address."""

import re
from collections.abc import Sequence
from functools import cache

from sampark.mailbox import languages
from sampark.mailbox.lines import Line, plain

_REACHED = re.compile(
    r"(?:\+|\b00)\d[\d\s().\-/]{6,}|\(\d{2,5}\)\s?\d[\d\s.\-/]{4,}|www\.\w|https?://|\w@\w[\w.-]*\.\w"
    r"|\b(?:tel|telephone|phone|mobile?|cell|fax|direct|office|telefon|tel[ée]fono|handy|mob)\b\.?\s?:?\s?[+(\d]"
    r"|(?:^|[|\s])[tmfpe][.:]?\s[+(\d]"
)
_SENTENCE = re.compile(r"[?!]\s*$|\w{3}[.;:]\s*$")
_MOST_LINES = 12
_LONGEST = 100
_MOST_WORDS = 14


@cache
def _closing() -> re.Pattern[str]:
    return re.compile(rf"(?:{languages.bare('regards')})[\s,.!:;-]{{0,4}}$")


def start_of(lines: Sequence[Line]) -> int | None:
    """Return where the contact lines at the end of a stretch begin, None if it has none.

    They stand under a closing ("Best regards") and the name below it, which stay the writer's
    words. One of them must tell a number or an address, and none may be a sentence.
    """
    filled = [at for at, line in enumerate(lines) if not line.blank]
    for position in range(len(filled) - 1, -1, -1):
        if len(filled) - position > _MOST_LINES + 2 or _is_sentence(lines[filled[position]]):
            return None
        if _closes(lines[filled[position]]):
            # The name takes one line.
            below = filled[position + 2 :]
            return below[0] if _tells(lines, below) else None
    return None


def are_contacts(lines: Sequence[Line]) -> bool:
    """Whether a few lines are all short and one of them tells a number or an address."""
    filled = [at for at, line in enumerate(lines) if not line.blank]
    return (
        len(filled) <= _MOST_LINES
        and not any(_is_sentence(lines[at]) for at in filled)
        and _tells(lines, filled)
    )


def _closes(line: Line) -> bool:
    text = plain(line.text)
    return len(text) <= 40 and _closing().match(languages.folded(text)) is not None


def _is_sentence(line: Line) -> bool:
    text = plain(line.text)
    if _closes(line):
        return False
    words = len(text.split())
    return (
        len(text) > _LONGEST or words > _MOST_WORDS or (words > 4 and bool(_SENTENCE.search(text)))
    )


def _tells(lines: Sequence[Line], at: Sequence[int]) -> bool:
    return any(_REACHED.search(languages.folded(plain(lines[number].text))) for number in at)
