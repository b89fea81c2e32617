"""What changes about a question to a sheet: another group, column or measure, other rows, the top few."""

import re

from sampark.domain.task import Task
from sampark.understanding import filters
from sampark.understanding.asked import extreme, number
from sampark.understanding.clauses import singular
from sampark.understanding.question_patterns import MEASURE, NOT_GROUPED, TOP, WORD_OF
from sampark.understanding.reading import Found, trimmed

_END = r"(?:\s+(?:please|instead|too|as\s+well|then|now|only|again))*[\s.!?]*\Z"
_NAME = r"(?P<name>[\w%€$/'-]+(?:\s+[\w%€$/'-]+){0,2}?)"
_AND = r"(?:(?:and|or|but|now|then|also|just|only|instead|the|same|thing|it|again|what|how|about|do|show|give|me|let's|see|rather|no|sorry|i|meant?|please)\s+)*"
_GROUP = re.compile(
    rf"{_AND}(?:(?:grouped|split|broken\s+down)\s+)?(?:by|per|for\s+(?:each|every)|pro|par|por)\s+(?:the\s+)?{_NAME}{_END}",
    re.IGNORECASE,
)
_ROWS = re.compile(
    rf"{_AND}(?P<lead>only|just|for|in|from|where|whose|with|during|since|before|after|over|above|below|under|between)\s+"
    rf"(?:(?:only|just|the|for|in|from)\s+)*(?P<name>[^?!\n]{{1,80}}?){_END}",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    rf"(?:and|(?:and\s+)?(?:what|how)\s+about)\s+(?:the\s+)?{_NAME}{_END}", re.IGNORECASE
)
_MEASURE = re.compile(rf"{_AND}(?P<name>{MEASURE}){_END}", re.IGNORECASE)
_COUNT = re.compile(rf"{_AND}(?P<name>count|number(?:\s+of\s+rows)?){_END}", re.IGNORECASE)
_OVERALL = re.compile(
    rf"{_AND}(?P<name>in\s+total|overall|altogether|all\s+together){_END}", re.IGNORECASE
)
_CHART = re.compile(
    rf"{_AND}(?:(?:as|in|with|draw|plot)\s+)(?:an?\s+)?(?P<name>(?:bar\s+|nice\s+)?(?:chart|graph|plot|diagram)){_END}",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[A-ZÄÖÜ0-9]")
_NARROWS = frozenset({"only", "just", "where", "whose", "with"})
_NO_NAME = frozenset(
    {
        "it",
        "me",
        "him",
        "her",
        "them",
        "us",
        "you",
        "that",
        "this",
        "more",
        "less",
        "now",
        "hand",
        "mail",
    }
)


def read(text: str, task: Task) -> tuple[Found, ...]:
    """Return the claims that a few words change; a claim of the value None is taken away."""
    text = text.rstrip()
    return (
        _chart(text, task)
        or _overall(text)
        or _top(text, task)
        or _measure(text)
        or _group(text)
        or _rows(text, task)
        or _column(text)
    )


def _chart(text: str, task: Task) -> tuple[Found, ...]:
    """A chart comes with every question that has groups: the words then change nothing else."""
    match = _CHART.match(text)
    by = task.claim("by")
    return () if match is None or by is None else (Found("by", by.value, *match.span("name")),)


def _overall(text: str) -> tuple[Found, ...]:
    match = _OVERALL.match(text)
    return () if match is None else (Found("by", None, *match.span("name")),)


def _top(text: str, task: Task) -> tuple[Found, ...]:
    match = re.compile(rf"{_AND}(?P<rank>{TOP.pattern}){_END}", re.IGNORECASE).match(text)
    if match is None or task.claim("by") is None:
        return ()
    end, n = ("end", "n") if match["end"] else ("end2", "n2")
    measure = extreme(match[end], *match.span(end))
    found = [Found("measure", measure.value, measure.start, measure.end)]
    if match[n]:
        figure = number(match[n], *match.span(n))
        found.append(Found("n", int(figure.value), figure.start, figure.end))
    return tuple(found)


def _measure(text: str) -> tuple[Found, ...]:
    counted = _COUNT.match(text)
    if counted is not None:
        span = counted.span("name")
        return (Found("measure", "count", *span), Found("column", None, *span))
    match = _MEASURE.match(text)
    if match is None:
        return ()
    name = next(name for name, form in WORD_OF.items() if form.fullmatch(match["name"]))
    return (Found("measure", name, *match.span("name")),)


def _group(text: str) -> tuple[Found, ...]:
    match = _GROUP.match(text)
    if match is None or NOT_GROUPED.search(text) or match["name"].lower() in _NO_NAME:
        return ()
    return (Found("by", singular(match["name"]), *match.span("name")),)


def _rows(text: str, task: Task) -> tuple[Found, ...]:
    """Return the rows that count: fewer of them with 'only', others with 'for' and 'in'."""
    match = _ROWS.match(text)
    if match is None or match["name"].lower() in _NO_NAME:
        return ()
    start, end = trimmed(text, *match.span("name"))
    lead = match["lead"].lower()
    compared = (
        lead
        if lead in {"since", "before", "after", "over", "above", "below", "under", "between"}
        else ""
    )
    fresh = list(filters.read(f"{compared} {text[start:end]}".strip()))
    claim = task.claim("where") if lead in _NARROWS else None
    known = claim.value if claim is not None and isinstance(claim.value, list) else []
    begin = match.start("lead") if compared else start
    return (Found("where", [*known, *fresh], begin, end),) if fresh else ()


def _column(text: str) -> tuple[Found, ...]:
    """'What about units?' names a column, 'what about North?' rows: values are written large."""
    match = _COLUMN.match(text)
    if match is None or match["name"].lower() in _NO_NAME:
        return ()
    if _VALUE.match(match["name"]):
        return (Found("where", [match["name"]], *match.span("name")),)
    return (Found("column", match["name"], *match.span("name")),)
