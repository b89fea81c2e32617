"""Questions about a sheet in natural words: 'what is the total revenue by region', 'top 5 customers by amount'.

A question is read whole or not at all: words that might narrow the rows ('in March', 'open orders')
and cannot be read become a claim `where` with the value None, so that they are asked about. Rows are
counted for 'how many ...'; a superlative before a column ('highest salary') is its maximum.
"""

import re
from dataclasses import dataclass, replace

from pydantic import JsonValue

from sampark.understanding.clauses import Span, Tail, singular, tail
from sampark.understanding.courtesy import request_start
from sampark.understanding.numbers import WORDS
from sampark.understanding.question_patterns import (
    AGAIN,
    ARTICLES,
    ASKING,
    COUNT,
    ENDING,
    FILLER,
    HOW_MUCH,
    IN_FILE,
    LIST,
    LOW_WORD,
    MEASURE,
    NOT_ROWS,
    PLAIN_ROWS,
    RANKED,
    STATEMENT,
    TOP,
    WHICH,
    WHO,
    WORD_OF,
)
from sampark.understanding.reading import BLANK, Found, Sentence, trimmed


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
    text = IN_FILE.sub(lambda match: " " * len(match[0]), sentence.text)
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
        last = ENDING.search(text, max(0, end - 20), end)
        if last is None or (last.start() and text[last.start() - 1].isalnum()):
            return end
        end = last.start()


def _behind_asking(text: str, begin: int, end: int) -> tuple[int, bool]:
    asked = False
    for _ in range(6):
        match = ASKING.match(text, begin, end)
        lead = match or ARTICLES.match(text, begin, end)
        if lead is None:
            break
        asked, begin = asked or match is not None, lead.end()
        begin += request_start(text[begin:end])
    return begin, asked


def _which(text: str, begin: int, end: int) -> list[Question]:
    match = WHICH.match(text, begin, end) or WHO.match(text, begin, end)
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
    match = LIST.match(text, begin, end)
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
    cuts = [start, *(cut.end() for cut in AGAIN.finditer(text, start, end)), end]
    stops = [*(cut.start() for cut in AGAIN.finditer(text, start, end)), end]
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
    count = COUNT.match(text, start, end)
    if count is not None:
        return _counted(text, count, end)
    top = TOP.match(text, start, end)
    if top is not None:
        return _ranked(text, top, end)
    much = HOW_MUCH.match(text, start, end)
    if much is not None:
        begin = much.end()
        article = ARTICLES.match(text, begin, end)
        inner = _measured(text, article.end() if article else begin, end, asked=True)
        return inner or _built(text, Span("sum", start, much.end()), begin, end, asked=True)
    return _measured(text, start, end, asked=asked)


def _measured(text: str, start: int, end: int, *, asked: bool) -> Question | None:
    match = _WORDS.match(text, start, end)
    if match is None:
        return None
    name = next(name for name, form in WORD_OF.items() if form.fullmatch(match[0]))
    return _built(text, Span(name, *match.span()), match.end(), end, asked=asked)


def _built(text: str, measure: Span, start: int, end: int, *, asked: bool) -> Question | None:
    text = FILLER.sub(lambda match: " " * len(match[0]), text[:end])
    read_tail = tail(text, start, end)
    unread = read_tail.where is None and read_tail.where_span is not None
    if not asked and unread and STATEMENT.match(text, *(read_tail.where_span or (0, 0))):
        return None
    if not asked and read_tail.column is None and (unread or read_tail.by is None):
        return None
    return _with(measure, read_tail)


def _with(measure: Span, read_tail: Tail) -> Question:
    return Question(
        measure, read_tail.column, read_tail.by, None, read_tail.where, read_tail.where_span
    )


def _counted(text: str, match: re.Match[str], end: int) -> Question | None:
    filled = FILLER.sub(lambda filler: " " * len(filler[0]), text[:end])
    read_tail = tail(filled, match.end(), end)
    counted = read_tail.column
    if counted is not None and NOT_ROWS.match(counted.value):
        return None
    if counted is None and read_tail.by is None and not read_tail.where_span:
        return None
    narrowing = counted and [
        word for word in counted.value.lower().split() if word not in PLAIN_ROWS
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
    ranked = RANKED.search(text, match.end(), end)
    head = tail(text, match.end(), ranked.start() if ranked else end)
    if ranked is None:
        value_named = re.match(
            r"(?:highest|lowest)\Z", match["super"] or match[name], re.IGNORECASE
        )
        return _unranked(measure, n, head, value_named=bool(value_named))
    rest = tail(text, ranked.end(), end)
    by = head.column and replace(head.column, value=singular(head.column.value))
    if by and by.value.lower() in PLAIN_ROWS:
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
    return Span("bottom" if LOW_WORD.match(word) else "top", start, end)


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


_WORDS = re.compile(MEASURE, re.IGNORECASE)
