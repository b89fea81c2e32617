"""Questions about a sheet in natural words: 'what is the total revenue by region', 'top 5 customers by amount'.

A question is read whole or not at all: words that might narrow the rows ('in March', 'open orders')
and cannot be read become a claim `where` with the value None, so that they are asked about. Rows are
counted for 'how many ...'; a superlative before a column ('highest salary') is its maximum.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import JsonValue

from sampark.understanding.clauses import Span, Tail, singular, tail
from sampark.understanding.courtesy import request_start
from sampark.understanding.files import VEILED
from sampark.understanding.numbers import WORDS
from sampark.understanding.reading import BLANK, Found, Sentence, trimmed

_MEASURES: Mapping[str, str] = {
    "sum": r"(?:grand |overall |sum )?totals?|sums?(?: total)?|summe|somme|suma",
    "average": r"averages?|mean|avg|durchschnitt(?:liche[rsn]?)?|moyenne|promedio",
    "median": r"median",
    "min": r"min(?:imum|imal)?|lowest|smallest|least",
    "max": r"max(?:imum|imal)?|highest|largest|biggest|greatest",
}
"""Measure -> the words for it."""

_WORD_OF = {
    name: re.compile(form.replace(" ", r"\s+"), re.IGNORECASE) for name, form in _MEASURES.items()
}
_MEASURE = "(?:" + "|".join(_MEASURES.values()).replace(" ", r"\s+") + r")\b(?!-)"
_N = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_HIGH = r"highest|largest|biggest|greatest|most|best|top"
_LOW = r"lowest|smallest|least|fewest|worst|bottom"
_EXTREME = rf"(?:{_HIGH}|{_LOW})"
_LOW_WORD = re.compile(rf"(?:{_LOW})\Z", re.IGNORECASE)
_RANKING = r"(?:[\s-]*(?:selling|performing|earning|rated|paid|scoring))?"

_ASKING = re.compile(
    r"(?:what(?:'s|s|\s+is|\s+are|\s+was|\s+were)?|which\s+(?:is|are|was)|(?:give|show|tell|send|get|find)(?:\s+(?:me|us|out))*"
    r"|calculate|compute|work\s+out|determine|add\s+up|know|see|have|report"
    r"|i(?:'d|\s+would)?\s+(?:need|want|like)(?:\s+to\s+(?:know|see|have))?|let\s+(?:me|us)\s+know|do\s+you\s+know|answer"
    r"|/ask|berechne|zeige?\s+mir|was\s+ist|wie\s+hoch\s+ist|quel(?:le)?\s+est|cu[aá]l\s+es)(?!\w)[\s,:]*",
    re.IGNORECASE,
)
_ARTICLES = re.compile(
    r"(?:(?:the|an?|our|my|all|each|just|only|die|der|das|le|la|el)\s+)+", re.IGNORECASE
)
_IN_FILE = re.compile(
    r"(?:,\s*)?\b(?:in|from|of|on|within|for|using|with|inside|based\s+on|according\s+to|looking\s+at)\s+"
    r"(?:(?:the|this|that|these|my|our|attached|enclosed|above|following|whole|entire|sample|excel|csv|xlsx)\s+)*"
    r"(?:sheets?|spread\s?sheets?|files?|tables?|csvs?|xlsx|excel|data(?:\s?set)?|workbooks?|attachments?|documents?"
    rf"|{VEILED}(?:\s+(?:and|,)\s+{VEILED})*)(?!\w)(?:\s+(?:file|sheet|attached|enclosed|below|above|(?:that\s+)?i\s+(?:attached|sent)))*",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:please|pls|thanks?|thank\s+you|in\s+advance|for\s+me|overall|in\s+total|altogether|combined)\Z",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    rf"\s*(?:,|\band\b|&|\+|\bas\s+well\s+as\b)\s*(?:and\s+)?(?:also\s+)?(?:the\s+)?(?={_MEASURE}|how\s+many\b|number\s+of\b)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?:how\s+many|(?:total\s+|overall\s+)?(?:number|count)\s+of|count(?:\s+(?:all|up|the))*|wie\s+viele|combien\s+de|cu[aá]nt[oa]s)\b\s*",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"how\s+much\b\s*(?:(?:is|was)\s+)?", re.IGNORECASE)
_FILLER = re.compile(
    r"\b(?:(?:are|is|were)\s+there|there\s+(?:are|were)|(?:do|did)\s+(?:we|i|you|they)\s+(?:have|make|get|earn|sell|spend)"
    r"|(?:have|had)\s+we(?:\s+got)?|we\s+(?:have|had|made)|exist(?:s|ed)?|(?:are|is|were|was)\s+(?:listed|included|contained|made|placed|recorded)"
    r"|does\s+(?:it|this|the\s+\w+)\s+(?:have|contain)|gibt\s+es|hay|(?:are|is)(?=\s*(?:per|by|for\s+each)\b|\s*\Z))\b",
    re.IGNORECASE,
)
_TOP = re.compile(
    rf"(?:(?P<end>top|best|bottom|worst|{_EXTREME}(?=\s+\d))\s*-?\s*(?:(?P<n>{_N})\b)?(?:\s+(?P<super>{_EXTREME})\b)?"
    rf"|(?P<n2>{_N})\s+(?P<end2>{_EXTREME})){_RANKING}(?!\w)\s*",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"\b(?:(?:sorted|ranked|ordered)\s+)?(?:by|in\s+terms\s+of|according\s+to)\s+", re.IGNORECASE
)
_WHICH = re.compile(
    rf"(?:which|what)\s+(?:(?P<n>{_N})\s+)?(?P<entity>[\w-]+(?:\s+[\w-]+)?)\s+(?:(?:has|have|had|got)\s+(?:the\s+)?(?P<end>{_EXTREME})\s+"
    rf"(?P<column>[\w-]+(?:\s+[\w-]+){{0,2}})|(?P<verb>[\w-]+)\s+(?:the\s+)?(?P<end2>most|best|least|worst))\Z",
    re.IGNORECASE,
)
_WHO = re.compile(
    rf"who\s+(?:has|have|had|got)\s+(?:the\s+)?(?P<end>{_EXTREME})\s+(?P<column>[\w-]+(?:\s+[\w-]+){{0,2}})\Z",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"(?:list|filter|show|give|find|get|display|return|send|which|what\s+are)\s+(?:(?:me|us|out|all|only|the|every)\s+)*"
    r"[\w-]+(?:\s+(?!with\b|where\b|whose\b|ha[vs]e?\b)[\w-]+)?\s+(?=(?:where|whose|with|having|that\s+ha|which\s+ha|have|has|for\s+which)\b)",
    re.IGNORECASE,
)
_PLAIN_ROWS = frozenset(
    [
        "row",
        "rows",
        "record",
        "records",
        "entry",
        "entries",
        "line",
        "lines",
        "data",
        "item",
        "items",
        "total",
        "all",
    ]
)
_NOT_ROWS = re.compile(
    r"(?:missing|outliers?|nulls?|empty|blank|duplicates?|days|hours|minutes|weeks|times)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:is|are|was|were|will|has|have|had|i|we|you|to|and|should|can)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Question:
    """One question. `where` is None where words that narrow the rows could not be read."""

    measure: Span
    column: Span | None = None
    by: Span | None = None
    n: Span | None = None
    where: tuple[str, ...] | None = ()
    where_span: tuple[int, int] | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Where the question stands in the words."""
        parts = [part for part in (self.measure, self.column, self.by, self.n) if part]
        ends = [(part.start, part.end) for part in parts] + (
            [self.where_span] if self.where_span else []
        )
        return min(start for start, _ in ends), max(end for _, end in ends)


def read(sentence: Sentence) -> tuple[Question, ...]:
    """Return the questions about a sheet that one sentence asks; positions are those of the words."""
    text = _IN_FILE.sub(lambda match: " " * len(match[0]), sentence.text)
    begin, end = request_start(text), _end(text)
    found = _which(text, begin, end) or _listing(text, begin, end)
    if not found:
        start, asked = _behind_asking(text, begin, end)
        found = _computed(text, start, end, asked=asked or "?" in text)
    return tuple(_moved(question, sentence.start) for question in found)


def claims(questions: tuple[Question, ...]) -> tuple[Found, ...]:
    """Return the first question's claims by name, and each further question as one claim `also`."""
    if not questions:
        return ()
    first, *others = questions
    found = [Found("measure", first.measure.value, first.measure.start, first.measure.end)]
    for name, part in (("column", first.column), ("by", first.by), ("n", first.n)):
        if part is not None:
            found.append(
                Found(name, int(part.value) if name == "n" else part.value, part.start, part.end)
            )
    if first.where_span is not None:
        found.append(Found("where", _listed(first.where), *first.where_span))
    found.extend(Found("also", as_json(other), *other.span) for other in others)
    return tuple(found)


def as_json(question: Question) -> dict[str, JsonValue]:
    """Return the question as the value of a claim `also`: measure, column, by, n, where as far as named."""
    value: dict[str, JsonValue] = {"measure": question.measure.value}
    if question.column:
        value["column"] = question.column.value
    if question.by:
        value["by"] = question.by.value
    if question.n:
        value["n"] = int(question.n.value)
    if question.where_span is not None:
        value["where"] = _listed(question.where)
    return value


def _listed(where: tuple[str, ...] | None) -> JsonValue:
    return None if where is None else list(where)


def _end(text: str) -> int:
    end = len(text)
    while True:
        end = trimmed(text, 0, end)[1]
        while end and text[end - 1] in f" .?!,{BLANK}":
            end -= 1
        last = _ENDING.search(text, max(0, end - 20), end)
        if last is None or (last.start() and text[last.start() - 1].isalnum()):
            return end
        end = last.start()


def _behind_asking(text: str, begin: int, end: int) -> tuple[int, bool]:
    asked = False
    for _ in range(6):
        match = _ASKING.match(text, begin, end)
        lead = match or _ARTICLES.match(text, begin, end)
        if lead is None:
            break
        asked, begin = asked or match is not None, lead.end()
        begin += request_start(text[begin:end])
    return begin, asked


def _which(text: str, begin: int, end: int) -> list[Question]:
    match = _WHICH.match(text, begin, end) or _WHO.match(text, begin, end)
    if match is None:
        return []
    groups = match.groupdict()
    name = "end" if groups.get("end") else "end2"
    measure = _extreme(match[name], *match.span(name))
    column = "column" if groups.get("column") else "verb"
    by = _part(match, "entity", plural=True) if groups.get("entity") else None
    return [Question(measure, _part(match, column), by, _how_many(match))]


def _how_many(match: re.Match[str]) -> Span | None:
    groups = match.groupdict()
    if groups.get("n"):
        return _number(match["n"], *match.span("n"))
    entity = groups.get("entity")
    if entity and singular(entity) != entity:
        return None
    # one is asked for: 'which product', 'who'
    return Span("1", match.start(), match.start() + len(match[0].split(maxsplit=1)[0]))


def _listing(text: str, begin: int, end: int) -> list[Question]:
    match = _LIST.match(text, begin, end)
    if match is None:
        return []
    read_tail = tail(text, match.end(), end)
    verb_end = begin + len(text[begin:].split(maxsplit=1)[0])
    if not read_tail.where or read_tail.by:
        return []
    return [
        Question(
            Span("list", begin, verb_end), None, None, None, read_tail.where, read_tail.where_span
        )
    ]


def _computed(text: str, start: int, end: int, *, asked: bool) -> list[Question]:
    cuts = [start, *(cut.end() for cut in _AGAIN.finditer(text, start, end)), end]
    stops = [*(cut.start() for cut in _AGAIN.finditer(text, start, end)), end]
    found: list[Question] = []
    for begin, stop in zip(cuts, stops, strict=False):
        question = _one(text, begin, stop, asked=asked)
        if question is None:
            return []
        found.append(question)
    return _shared(found)


def _shared(found: list[Question]) -> list[Question]:
    """Give 'total and average price by region' one column and one group."""
    if len(found) < 2:
        return found
    last = found[-1]
    return [
        replace(
            item,
            column=item.column or (None if item.measure.value == "count" else last.column),
            by=item.by or last.by,
            where=item.where if item.where_span else last.where,
            where_span=item.where_span or last.where_span,
        )
        for item in found
    ]


def _one(text: str, start: int, end: int, *, asked: bool) -> Question | None:
    count = _COUNT.match(text, start, end)
    if count is not None:
        return _counted(text, count, end)
    top = _TOP.match(text, start, end)
    if top is not None:
        return _ranked(text, top, end)
    much = _HOW_MUCH.match(text, start, end)
    if much is not None:
        begin = much.end()
        article = _ARTICLES.match(text, begin, end)
        inner = _measured(text, article.end() if article else begin, end, asked=True)
        return inner or _built(text, Span("sum", start, much.end()), begin, end, asked=True)
    return _measured(text, start, end, asked=asked)


def _measured(text: str, start: int, end: int, *, asked: bool) -> Question | None:
    match = _WORDS.match(text, start, end)
    if match is None:
        return None
    name = next(name for name, form in _WORD_OF.items() if form.fullmatch(match[0]))
    return _built(text, Span(name, *match.span()), match.end(), end, asked=asked)


def _built(text: str, measure: Span, start: int, end: int, *, asked: bool) -> Question | None:
    text = _FILLER.sub(lambda match: " " * len(match[0]), text[:end])
    read_tail = tail(text, start, end)
    unread = read_tail.where is None and read_tail.where_span is not None
    if not asked and unread and _STATEMENT.match(text, *(read_tail.where_span or (0, 0))):
        return None
    if not asked and read_tail.column is None and (unread or read_tail.by is None):
        return None
    return _with(measure, read_tail)


def _with(measure: Span, read_tail: Tail) -> Question:
    return Question(
        measure, read_tail.column, read_tail.by, None, read_tail.where, read_tail.where_span
    )


def _counted(text: str, match: re.Match[str], end: int) -> Question | None:
    filled = _FILLER.sub(lambda filler: " " * len(filler[0]), text[:end])
    read_tail = tail(filled, match.end(), end)
    counted = read_tail.column
    if counted is not None and _NOT_ROWS.match(counted.value):
        return None
    if counted is None and read_tail.by is None and not read_tail.where_span:
        return None
    narrowing = counted and [
        word for word in counted.value.lower().split() if word not in _PLAIN_ROWS
    ]
    if counted and narrowing and len(narrowing) > 1 and not read_tail.where_span:
        read_tail = replace(read_tail, where=None, where_span=(counted.start, counted.end))
    start, stop = trimmed(text, *match.span())
    return replace(_with(Span("count", start, stop), read_tail), column=None)


def _ranked(text: str, match: re.Match[str], end: int) -> Question | None:
    name = "end" if match["end"] else "end2"
    number = "n" if match["n"] else "n2"
    n = _number(match[number], *match.span(number)) if match[number] else None
    measure = _extreme(match[name], *match.span(name))
    ranked = _RANKED.search(text, match.end(), end)
    head = tail(text, match.end(), ranked.start() if ranked else end)
    if ranked is None:
        value_named = re.match(
            r"(?:highest|lowest)\Z", match["super"] or match[name], re.IGNORECASE
        )
        return _unranked(measure, n, head, value_named=bool(value_named))
    rest = tail(text, ranked.end(), end)
    by = head.column and replace(head.column, value=singular(head.column.value))
    if by and by.value.lower() in _PLAIN_ROWS:
        by = None
    narrowed = rest if rest.where_span else head
    return Question(measure, rest.column, rest.by or by, n, narrowed.where, narrowed.where_span)


def _unranked(measure: Span, n: Span | None, head: Tail, *, value_named: bool) -> Question | None:
    """Read '5 highest salaries' as values of a column, 'top 5 customers' as a ranking to ask about."""
    if n is None or head.column is None:
        return None
    word = replace(head.column, value=singular(head.column.value))
    column, by = (word, head.by) if value_named else (None, head.by or word)
    return Question(measure, column, by, n, head.where, head.where_span)


def _extreme(word: str, start: int, end: int) -> Span:
    return Span("bottom" if _LOW_WORD.match(word) else "top", start, end)


def _number(word: str, start: int, end: int) -> Span:
    return Span(str(WORDS.get(word.lower(), word)), start, end)


def _part(match: re.Match[str], name: str, *, plural: bool = False) -> Span:
    words = " ".join(match[name].split())
    return Span(singular(words) if plural else words, *match.span(name))


def _moved(question: Question, by: int) -> Question:
    def moved(part: Span | None) -> Span | None:
        return part and replace(part, start=part.start + by, end=part.end + by)

    span = question.where_span
    return replace(
        question,
        measure=replace(
            question.measure, start=question.measure.start + by, end=question.measure.end + by
        ),
        column=moved(question.column),
        by=moved(question.by),
        n=moved(question.n),
        where_span=span and (span[0] + by, span[1] + by),
    )


_WORDS = re.compile(_MEASURE, re.IGNORECASE)
