"""The tail of a question about a sheet: its column, its group, its row conditions, and words nobody could read."""

import re
from dataclasses import dataclass

from sampark.understanding import filters
from sampark.understanding.reading import BLANK, trimmed

_GROUP = re.compile(
    r"\b(?:grouped\s+by|broken\s+(?:down|out)\s+by|split\s+by|by|per|for\s+(?:each|every)|in\s+(?:each|every)|pro|par|por)\s+"
    r"(?:(?:each|every|the|their|its)\s+)*",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"\b(?P<where>(?:only\s+)?where|for\s+which|whose|if|when)\s+"
    r"|\b(?P<bare>with|having|that\s+ha(?:ve|s)|which\s+ha(?:ve|s)|have|has|had)\s+(?:an?\s+|the\s+)?",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:in|on|at|from|during|before|after|since|between|until|till|for|last|this|next|i|we|you|they|it|he|she|is|are|was|were"
    r"|will|would|did|does|do|has|have|had|who|which|that|there|as|to|into|and|or|but|because|so|than|sorted|ordered|across"
    rf"|over|under|above|below|without|except|excluding|including|only|can|could|should|must|not|if)\b|[,:;?!{BLANK}]",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\s*(?:of|the|all|our|my|an?|each|in|for|from|columns?|fields?|values?\s+of)\b)*\s*",
    re.IGNORECASE,
)
_COLUMN_NOUN = re.compile(r"\s+(?:columns?|fields?)\Z", re.IGNORECASE)
_PLURALS = (
    (re.compile(r"ies\Z", re.IGNORECASE), "y"),
    (re.compile(r"(?:(?<=[sxz])|(?<=ch)|(?<=sh))es\Z", re.IGNORECASE), ""),
    (re.compile(r"(?<![sui])s\Z", re.IGNORECASE), ""),
)


@dataclass(frozen=True)
class Span:
    """A piece of the words, `value` as it is to be used."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Tail:
    """What follows a measure. `where` is None where `where_span` quotes words that could not be read."""

    column: Span | None = None
    by: Span | None = None
    where: tuple[str, ...] | None = ()
    where_span: tuple[int, int] | None = None


def tail(text: str, start: int, end: int) -> Tail:
    """Read a column, a group and row conditions from a region of a sentence."""
    condition = _FILTER.search(text, start, end)
    head_end = condition.start() if condition else end
    group = _GROUP.search(text, start, head_end)
    if condition and not group:
        groups = list(_GROUP.finditer(text, condition.end(), end))
        group = groups[-1] if groups else None
    column, column_rest = _phrase(text, start, min(head_end, group.start()) if group else head_end)
    by, by_rest, filter_end = None, None, end
    if group:
        late = bool(condition) and group.start() > head_end
        by, by_rest = _phrase(text, group.end(), end if late else head_end)
        filter_end = group.start() if late else end
    where, span = _where(text, condition, filter_end)
    for rest in (column_rest, by_rest):
        if rest is not None and where is not None:
            where, span = None, rest
    return Tail(column, by, where, span)


def singular(word: str) -> str:
    """Return a plural noun phrase in the singular ('product categories' -> 'product category')."""
    for form, ending in _PLURALS:
        if len(word) > 3 and form.search(word):
            return form.sub(ending, word)
    return word


def _where(
    text: str, condition: re.Match[str] | None, end: int
) -> tuple[tuple[str, ...] | None, tuple[int, int] | None]:
    if condition is None:
        return (), None
    span = trimmed(text, condition.start(), end)
    read = filters.read(text[condition.end() : end], bare=bool(condition["bare"]))
    return (None if read is None else tuple(read)), span


def _phrase(text: str, start: int, end: int) -> tuple[Span | None, tuple[int, int] | None]:
    """Return a phrase of at most six words and the span of what follows it unread."""
    lead = _BEFORE.match(text, start, end)
    begin = lead.end() if lead else start
    stop = _STOP.search(text, begin, end)
    stop_at = stop.start() if stop else end
    begin, finish = trimmed(text, begin, stop_at)
    rest = _unread(text, stop_at, end)
    while begin < finish and text[finish - 1] in ".'\"":
        finish -= 1
    words = text[begin:finish].lstrip("'\"")
    words = _COLUMN_NOUN.sub("", words)
    if not words or len(words.split()) > 6:
        return None, rest if not words else trimmed(text, begin, end)
    return Span(" ".join(words.split()), begin, finish), rest


def _unread(text: str, start: int, end: int) -> tuple[int, int] | None:
    start, end = trimmed(text, start, end)
    while start < end and text[start] in f" ,.;:!?{BLANK}":
        start += 1
    return (start, end) if start < end else None
