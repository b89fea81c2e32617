"""The ground every reader stands on: text of unchanged length, sentences with positions, what was found.

Readers work on a *plain* copy of the words: typographic signs become their ASCII sisters one for one,
so that a position in the copy is the same position in the requester's words and a quote stays exact.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pydantic import JsonValue

from sampark.domain.task import Claim

SENTENCE_LIMIT = 600
"""Characters of a sentence that are read: what is longer is no request."""

BLANK = "\x1f"  # stands where another reader already took the words

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛´`′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\t\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u202f\u205f\u3000", " "),
        **dict.fromkeys((chr(code) for code in range(0x2000, 0x2010)), " "),
        **dict.fromkeys((chr(code) for code in range(0x2028, 0x202F)), " "),
        **dict.fromkeys("\u2060\ufeff\xad", " "),
    }
)
_QUOTED_LINE = re.compile(r"^[ ]*>[^\n]*", re.MULTILINE)
_SPEECH = re.compile(
    r"\b(?:said|says|saying|wrote|writes|writing|asked|asks|told\s+\w+|tells\s+\w+|replied|quote|schrieb|sagte|[ée]crit|dijo)"
    r"\s*[:,]?\s*(?P<said>\"[^\"\n]{1,600}\")",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"\b([ap])\.( ?)m\b\.?", re.IGNORECASE)
_WRAP = re.compile(r"\n(?=[^\n])")
_BREAK = re.compile(r"[.!?;]+[\"')\]*]*(?=\s|$)|\n")
_SHORT = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|no|nr|vs|ca|approx|e\.g|i\.e|incl|\d{1,2})$", re.IGNORECASE
)
_MONTH_AHEAD = re.compile(
    r"\.\s+(?:[a-zäéû]|jan|feb|m[aä]r|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cz])", re.IGNORECASE
)
_FRESH = re.compile(
    r"\s*(?:[-*>•/]|\d{1,2}[.)]\s|[\w ]{1,20}:"
    r"|(?:thanks?|thx|cheers|regards|best|kind|many|danke|viele|merci|gracias|lg|vg|br)\b)",
    re.IGNORECASE,
)


_BLANKS = re.compile(r"\[[^\]]*\]| \?| ")
_SPACE = {" ?": r"\s*", " ": r"\s+"}


@dataclass(frozen=True)
class Found:
    """Something read: a claim's name and value, and the span of the words that say so."""

    name: str
    value: JsonValue
    start: int
    end: int


Reader = Callable[[str], tuple[Found, ...]]


@dataclass(frozen=True)
class Sentence:
    """A sentence of the words: `text` (line breaks as spaces) begins at `start`."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the sentence ends in the words."""
        return self.start + len(self.text)


def plain(words: str) -> str:
    """Return the words with ASCII signs and spaces and 'pm' for 'p.m.', every position kept."""
    return _HALF_DAY.sub(_half_day, words.translate(_SIGNS))


def own(words: str) -> str:
    """Return the plain words with quoted lines ('> ...') and quoted speech blanked: others said those."""
    text = plain(words)
    others = [match.span() for match in _QUOTED_LINE.finditer(text)]
    others += [match.span("said") for match in _SPEECH.finditer(text)]
    return mask(text, others)


def flow(text: str) -> str:
    """Return the text with the line breaks of wrapped paragraphs as spaces, every position kept.

    A break is a wrap when the line before does not end a thought and the next line goes on in
    lower case, or when the line is as long as mail programs wrap (60 characters and more).
    """
    cuts = [match.start() for match in _WRAP.finditer(text)]
    wraps = {cut for cut, begin in _lines(cuts) if _wrapped(text, begin, cut)}
    return "".join(" " if at in wraps else sign for at, sign in enumerate(text)) if wraps else text


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a plain text, each up to `SENTENCE_LIMIT`; positions are the text's."""
    flowing = flow(text)
    cuts = [0, *_cuts(flowing), len(flowing)]
    parts = (
        Sentence(flowing[start : min(end, start + SENTENCE_LIMIT)], start)
        for start, end in pairwise(cuts)
    )
    return tuple(_trim(part) for part in parts if part.text.strip())


def mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with those spans blanked, every position kept."""
    signs = list(text)
    for start, end in spans:
        signs[start:end] = BLANK * (end - start)
    return "".join(signs)


def spans(found: Iterable[Found]) -> Iterator[tuple[int, int]]:
    """Yield where each finding stands."""
    return ((item.start, item.end) for item in found)


def shifted(found: Iterable[Found], by: int) -> tuple[Found, ...]:
    """Return the findings moved to the right by so many characters."""
    return tuple(Found(item.name, item.value, item.start + by, item.end + by) for item in found)


def to_claim(found: Found, words: str) -> Claim:
    """Return the finding as a claim that quotes the words."""
    return Claim(
        name=found.name,
        value=found.value,
        quote=words[found.start : found.end],
        start=found.start,
    )


def spaced(form: str) -> str:
    """Return a pattern whose blanks stand for any white space; blanks in brackets stay."""
    return _BLANKS.sub(lambda match: _SPACE.get(match[0], match[0]), form)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space and blanks at its ends."""
    while start < end and (text[start].isspace() or text[start] == BLANK):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] == BLANK):
        end -= 1
    return start, end


def _half_day(match: re.Match[str]) -> str:
    return f"{match[1]}m".ljust(len(match[0]))


def _lines(cuts: list[int]) -> Iterator[tuple[int, int]]:
    begin = 0
    for cut in cuts:
        yield cut, begin
        begin = cut + 1


def _wrapped(text: str, begin: int, cut: int) -> bool:
    line, ahead = text[begin:cut].strip(), text[cut + 1 : cut + 40]
    if not line or line[0] == "/" or _FRESH.match(ahead):
        return False
    if line[-1] == ",":
        return len(line) >= 50
    return line[-1] not in ".!?:;" and (len(line) >= 60 or ahead[:1].islower())


def _cuts(text: str) -> Iterator[int]:
    for match in _BREAK.finditer(text):
        short = match[0] == "." and _SHORT.search(text, max(0, match.start() - 8), match.start())
        if not short or (short[0].isdigit() and not _MONTH_AHEAD.match(text, match.start())):
            yield match.end()


def _trim(part: Sentence) -> Sentence:
    start, end = trimmed(part.text, 0, len(part.text))
    return Sentence(part.text[start:end], part.start + start)
