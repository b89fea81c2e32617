"""The tail of a question about a sheet: its columns, its groups, its row conditions.

Every word behind the measure ends up in one of them. Words that stand where no column or group can go
on ('revenue *in March*', 'orders *from Germany*') narrow the rows, so they are kept as a condition.
"""

import re
from dataclasses import dataclass

from sampark.understanding import filters
from sampark.understanding.reading import BLANK, trimmed

_GROUP = re.compile(
    r"\b(?:group(?:ed)?\s+by|broken\s+(?:down|out)\s+by|split\s+by|by|per|for\s+(?:each|every)|in\s+(?:each|every)|pro|par|por)\s+"
    r"(?:(?:each|every|the|their|its)\s+)*",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"\b(?:(?:only\s+)?where|for\s+which|whose|if|when|with|having|(?:that|which)\s+ha(?:ve|s)|have|has|had|only\s+for|only)\s+",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:in|on|at|from|during|before|after|since|between|until|till|for|last|this|next|i|we|you|they|it|he|she|is|are|was|were"
    r"|will|would|did|does|do|has|have|had|who|which|that|there|as|to|into|and|or|but|because|so|than|sorted|ordered|across"
    rf"|over|under|above|below|without|except|excluding|including|only|can|could|should|must|not|if|came|come|comes|belongs?|lives?|went|costs?(?=\s+(?:more|less|over|under)))\b|[,:;?!&+{BLANK}]",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\s*(?:of|von|de|del|du|des|der|die|das|le|la|les|el|los|las|the|all|our|my|an?|each|in|for|from|columns?|fields?|values?\s+of)\b)*\s*",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\s*(?:,\s*(?:and\s+)?|\band\b|&|\+|\bplus\b|\bas\s+well\s+as\b)\s*(?:(?:the|by|per)\s+)?(?P<name>[\w%€$#/().'\"-]+(?:\s+[\w%€$#/().'\"-]+){0,2})",
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
    """What follows a measure: its columns, its groups, its row conditions with their place."""

    columns: tuple[Span, ...] = ()
    groups: tuple[Span, ...] = ()
    where: tuple[str, ...] = ()
    where_span: tuple[int, int] | None = None

    @property
    def column(self) -> Span | None:
        """The first column, if one is named."""
        return self.columns[0] if self.columns else None


def tail(text: str, start: int, end: int) -> Tail:
    """Read columns, groups and row conditions from a region of a sentence."""
    condition = _FILTER.search(text, start, end)
    group = _group(text, start, end, condition)
    head_end = min((found.start() for found in (condition, group) if found), default=end)
    columns, rest = _phrases(text, start, head_end)
    narrowing = [rest] if rest else []
    groups: tuple[Span, ...] = ()
    if group:
        group_end = condition.start() if condition and condition.start() > group.start() else end
        groups, rest = _phrases(text, group.end(), group_end)
        narrowing += [rest] if rest else []
    if condition:
        late = group is not None and group.start() > condition.start()
        narrowing.append((condition.start(), group.start() if late and group else end))
    return Tail(columns, groups, *_where(text, narrowing))


def singular(word: str) -> str:
    """Return a plural noun phrase in the singular ('product categories' -> 'product category')."""
    for form, ending in _PLURALS:
        if len(word) > 3 and form.search(word):
            return form.sub(ending, word)
    return word


def _group(
    text: str, start: int, end: int, condition: re.Match[str] | None
) -> re.Match[str] | None:
    """Return the group before the condition, or the last one behind it."""
    first = _GROUP.search(text, start, condition.start() if condition else end)
    if first or condition is None:
        return first
    behind = list(_GROUP.finditer(text, condition.end(), end))
    return behind[-1] if behind else None


def _where(
    text: str, narrowing: list[tuple[int, int]]
) -> tuple[tuple[str, ...], tuple[int, int] | None]:
    found = [(filters.read(text[start:end]), start, end) for start, end in narrowing]
    kept = [(words, *trimmed(text, start, end)) for words, start, end in found if words]
    if not kept:
        return (), None
    words = tuple(word for conditions, _, _ in kept for word in conditions)
    return words, (min(start for _, start, _ in kept), max(end for _, _, end in kept))


def _phrases(text: str, start: int, end: int) -> tuple[tuple[Span, ...], tuple[int, int] | None]:
    """Return the phrases of a list ('revenue and cost') and the span of what follows them."""
    lead = _BEFORE.match(text, start, end)
    begin = lead.end() if lead else start
    stop = _STOP.search(text, begin, end)
    stop_at = stop.start() if stop else end
    first = _span(text, begin, stop_at)
    if first is None:
        return (), _left(text, begin, end)
    found, at = [first], stop_at
    while more := _MORE.match(text, at, end):
        name = _span(text, *more.span("name"))
        if name is None or _STOP.search(name.value):
            break
        found.append(name)
        at = more.end()
    return tuple(found), _left(text, at, end)


def _span(text: str, begin: int, end: int) -> Span | None:
    begin, end = trimmed(text, begin, end)
    while begin < end and text[end - 1] in ".'\"":
        end -= 1
    while begin < end and text[begin] in "'\"":
        begin += 1
    if text[begin:end].startswith("(") and text[begin:end].endswith(")"):
        begin, end = begin + 1, end - 1
    words = _COLUMN_NOUN.sub("", text[begin:end])
    return Span(" ".join(words.split()), begin, end) if words and len(words.split()) <= 6 else None


def _left(text: str, start: int, end: int) -> tuple[int, int] | None:
    start, end = trimmed(text, start, end)
    while start < end and text[start] in f" ,.;:!?{BLANK}":
        start += 1
    return (start, end) if start < end else None
