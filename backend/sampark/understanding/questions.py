"""Questions about a sheet in natural words: 'what is the total revenue by region'.

A question is read whole or not at all: every word ends up as measure, column, group or condition, so
that nothing that narrows the rows is lost in silence. Rows are counted for 'how many ...'; a
superlative before a column ('highest salary') is its maximum.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from sampark.understanding.asked import Question, extreme, moved, number, tidy
from sampark.understanding.clauses import Span, Tail, singular, tail
from sampark.understanding.courtesy import request_start
from sampark.understanding.question_patterns import (
    AGAIN,
    ARTICLES,
    BARE_TOP,
    COUNT,
    FILLER,
    HOW_MUCH,
    IN_FILE,
    MEASURE_WORD,
    NOT_ROWS,
    PLAIN_ROWS,
    RANKED,
    RANKED_WORD,
    STATEMENT,
    TOP,
    VALUE_NAMED,
    WORD_OF,
)
from sampark.understanding.reading import Sentence, trimmed
from sampark.understanding.wholes import (
    behind_asking,
    best,
    blanked,
    distinct,
    ending,
    listing,
    ours,
    which,
)


def read(sentence: Sentence) -> tuple[Question, ...]:
    """Return the questions about a sheet that one sentence asks; positions are the words'."""
    text = IN_FILE.sub(blanked, sentence.text)
    begin = request_start(text)
    end = ending(text, begin)
    found = which(text, begin, end) or distinct(text, begin, end) or listing(text, begin, end)
    if not found:
        start, asked = behind_asking(text, begin, end)
        found = _computed(text, start, end, asked=asked or "?" in text or text.startswith("/"))
        found = found or ours(text, begin, end)
    return tuple(moved(question, sentence.start) for question in found)


def _computed(text: str, start: int, end: int, *, asked: bool) -> list[Question]:
    again = list(AGAIN.finditer(text, start, end))
    starts = [start, *(cut.end() for cut in again)]
    stops = [*(cut.start() for cut in again), end]
    found: list[Question] = []
    for begin, stop in zip(starts, stops, strict=True):
        # a bare 'total' before 'and average price' borrows what follows
        questions = list(_one(text, begin, stop, asked=asked or stop != stops[-1]))
        if not questions:
            return []
        found.extend(questions)
    return _shared(found)


def _shared(found: list[Question]) -> list[Question]:
    """Give 'total and average price by region' one column and one group."""
    last = found[-1]
    return [
        replace(
            item,
            column=item.column or (None if item.measure.value == "count" else last.column),
            groups=item.groups or last.groups,
            where=item.where or last.where,
            where_span=item.where_span or last.where_span,
        )
        for item in found
    ]


def _one(text: str, start: int, end: int, *, asked: bool) -> Iterator[Question]:
    count = COUNT.match(text, start, end)
    if count is not None:
        return _counted(text, count, end, asked=asked)
    led = BARE_TOP.match(text, start, end) if asked else None
    if led is not None and RANKED_WORD.search(led[0]):
        return iter([best(led)])
    top = TOP.match(text, start, end)
    if top is not None:
        return _ranked(text, top, end)
    much = HOW_MUCH.match(text, start, end)
    if much is None:
        return _measured(text, start, end, asked=asked)
    article = ARTICLES.match(text, much.end(), end)
    begin = article.end() if article else much.end()
    if MEASURE_WORD.match(text, begin, end):
        return _measured(text, begin, end, asked=True)
    return _built(text, Span("sum", start, much.end()), begin, end, asked=True)


def _measured(text: str, start: int, end: int, *, asked: bool) -> Iterator[Question]:
    match = MEASURE_WORD.match(text, start, end)
    if match is not None:
        name = next(name for name, form in WORD_OF.items() if form.fullmatch(match[0]))
        yield from _built(text, Span(name, *match.span()), match.end(), end, asked=asked)


def _built(text: str, measure: Span, start: int, end: int, *, asked: bool) -> Iterator[Question]:
    start = trimmed(text, start, end)[0]
    rest = tail(FILLER.sub(blanked, text[:end]), start, end)
    if not asked:
        stated = rest.where_span and STATEMENT.match(text, *rest.where_span)
        if stated or not (rest.columns or rest.groups):
            return
    for column in rest.columns or (None,):
        yield _with(tidy(measure, text), rest, column, asked=asked)


def _counted(text: str, match: re.Match[str], end: int, *, asked: bool) -> Iterator[Question]:
    rest = tail(FILLER.sub(blanked, text[:end]), match.end(), end)
    counted = rest.column
    if counted is not None and NOT_ROWS.match(counted.value):
        return
    if counted is None and not rest.groups and not rest.where:
        return
    measure = tidy(Span("count", *match.span()), text)
    yield _with(measure, _narrowed(rest, counted), None, asked=asked)


def _narrowed(rest: Tail, counted: Span | None) -> Tail:
    """Keep the 'open' of 'how many open orders' as a condition: the last word names the rows."""
    words = (
        [word for word in counted.value.split() if word.lower() not in PLAIN_ROWS]
        if counted
        else []
    )
    plain = bool(counted) and counted.value.split()[-1].lower() in PLAIN_ROWS if counted else False
    narrowing = " ".join(words if plain else words[:-1])
    if not counted or not narrowing:
        return rest
    start, end = rest.where_span or (counted.start, counted.end)
    span = (min(start, counted.start), max(end, counted.end))
    return replace(rest, where=(narrowing, *rest.where), where_span=span)


def _ranked(text: str, match: re.Match[str], end: int) -> Iterator[Question]:
    name = "end" if match["end"] else "end2"
    figure = "n" if match["n"] else "n2"
    n = number(match[figure], *match.span(figure)) if match[figure] else None
    measure = extreme(match[name], *match.span(name))
    ranked = RANKED.search(text, match.end(), end)
    head = tail(text, match.end(), ranked.start() if ranked else end)
    if ranked is None:
        value_named = VALUE_NAMED.match(match["super"] or match[name])
        yield from _unranked(measure, n, head, value_named=bool(value_named))
        return
    rest = tail(text, ranked.end(), end)
    entity = head.column and replace(head.column, value=singular(head.column.value))
    if entity and entity.value.lower() in PLAIN_ROWS:
        entity = None
    narrowed = rest if rest.where else head
    groups = rest.groups or ((entity,) if entity else ())
    yield Question(measure, rest.column, groups, n, narrowed.where, narrowed.where_span)


def _unranked(
    measure: Span, n: Span | None, head: Tail, *, value_named: bool
) -> Iterator[Question]:
    """Read '5 highest salaries' as values of a column, 'top 5 customers' as a ranking."""
    if n is None or head.column is None:
        return
    word = replace(head.column, value=singular(head.column.value))
    column, groups = (word, head.groups) if value_named else (None, head.groups or (word,))
    yield Question(measure, column, groups, n, head.where, head.where_span)


def _with(measure: Span, rest: Tail, column: Span | None, *, asked: bool) -> Question:
    return Question(measure, column, rest.groups, None, rest.where, rest.where_span, asked)
