"""Questions about a sheet in natural words: 'what is the total revenue by region'.

A question is read whole or not at all: every word ends up as measure, column, group or condition, so
that nothing that narrows the rows is lost in silence. Rows are counted for 'how many ...'; a
superlative before a column ('highest salary') is its maximum.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from sampark.understanding.clauses import Span, Tail, singular, tail
from sampark.understanding.courtesy import request_start
from sampark.understanding.numbers import WORDS
from sampark.understanding.question_patterns import (
    AGAIN,
    ARTICLES,
    ASKING,
    BESIDE_THE_POINT,
    COUNT,
    ENDING,
    FILLER,
    HOW_MUCH,
    IN_FILE,
    LIST,
    LOW_WORD,
    MEASURE_WORD,
    NOT_ROWS,
    PLAIN_ROWS,
    RANKED,
    STATEMENT,
    TOP,
    VALUE_NAMED,
    WHICH,
    WHO,
    WORD_OF,
)  # fmt: skip
from sampark.understanding.reading import BLANK, Found, Sentence, trimmed


@dataclass(frozen=True)
class Question:
    """One question. `groups` has more than one entry where only one can be meant.

    `asked` says that it stands as a question or order, not as a mere phrase.
    """

    measure: Span
    column: Span | None = None
    groups: tuple[Span, ...] = ()
    n: Span | None = None
    where: tuple[str, ...] = ()
    where_span: tuple[int, int] | None = None
    asked: bool = True

    @property
    def by(self) -> Span | None:
        """The group, if one is named."""
        return self.groups[0] if self.groups else None

    @property
    def span(self) -> tuple[int, int]:
        """Where the question stands in the words."""
        parts = [part for part in (self.measure, self.column, *self.groups, self.n) if part]
        ends = [(part.start, part.end) for part in parts]
        ends += [self.where_span] if self.where_span else []
        return min(start for start, _ in ends), max(end for _, end in ends)


def read(sentence: Sentence) -> tuple[Question, ...]:
    """Return the questions about a sheet that one sentence asks; positions are the words'."""
    text = IN_FILE.sub(_blanked, sentence.text)
    begin = request_start(text)
    end = _end(text, begin)
    found = _which(text, begin, end) or _listing(text, begin, end)
    if not found:
        start, asked = _behind_asking(text, begin, end)
        found = _computed(text, start, end, asked=asked or "?" in text or text.startswith("/"))
    return tuple(_moved(question, sentence.start) for question in found)


def claims(questions: tuple[Question, ...]) -> tuple[Found, ...]:
    """Return the first question's claims by name, each further question as one claim `also`."""
    if not questions:
        return ()
    first, *others = questions
    found = [Found("measure", first.measure.value, first.measure.start, first.measure.end)]
    if first.column is not None:
        found.append(Found("column", first.column.value, first.column.start, first.column.end))
    found.extend(Found("by", group.value, group.start, group.end) for group in first.groups)
    if first.n is not None:
        found.append(Found("n", int(first.n.value), first.n.start, first.n.end))
    if first.where_span is not None:
        found.append(Found("where", list(first.where), *first.where_span))
    found.extend(Found("also", as_json(other), *other.span) for other in others)
    return tuple(found)


def as_json(question: Question) -> dict[str, JsonValue]:
    """Return the question as the value of a claim `also`: what is named of column, by, n, where."""
    value: dict[str, JsonValue] = {"measure": question.measure.value}
    if question.column:
        value["column"] = question.column.value
    if question.by:
        value["by"] = question.by.value
    if question.n:
        value["n"] = int(question.n.value)
    if question.where:
        value["where"] = list(question.where)
    return value


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _end(text: str, begin: int) -> int:
    beside = BESIDE_THE_POINT.search(text, begin + 8)
    end = beside.start() if beside else len(text)
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
    column = _part(match, "column" if groups.get("column") else "verb")
    entity = (_part(match, "entity", plural=True),) if groups.get("entity") else ()
    return [Question(measure, column, entity, _how_many(match))]


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
    rows = tail(text, match.end(), end)
    verb = Span("list", begin, begin + len(text[begin:].split(maxsplit=1)[0]))
    if not rows.where or rows.groups or rows.columns:
        return []
    return [Question(verb, where=rows.where, where_span=rows.where_span)]


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
    rest = tail(FILLER.sub(_blanked, text[:end]), start, end)
    if not asked:
        stated = rest.where_span and STATEMENT.match(text, *rest.where_span)
        if stated or not (rest.columns or rest.groups):
            return
    for column in rest.columns or (None,):
        yield _with(_tidy(measure, text), rest, column, asked=asked)


def _tidy(part: Span, text: str) -> Span:
    start, end = trimmed(text, part.start, part.end)
    return Span(part.value, start, end)


def _with(measure: Span, rest: Tail, column: Span | None, *, asked: bool) -> Question:
    return Question(measure, column, rest.groups, None, rest.where, rest.where_span, asked)


def _counted(text: str, match: re.Match[str], end: int, *, asked: bool) -> Iterator[Question]:
    rest = tail(FILLER.sub(_blanked, text[:end]), match.end(), end)
    counted = rest.column
    if counted is not None and NOT_ROWS.match(counted.value):
        return
    if counted is None and not rest.groups and not rest.where:
        return
    measure = _tidy(Span("count", *match.span()), text)
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
    number = "n" if match["n"] else "n2"
    n = _number(match[number], *match.span(number)) if match[number] else None
    measure = _extreme(match[name], *match.span(name))
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


def _extreme(word: str, start: int, end: int) -> Span:
    return Span("bottom" if LOW_WORD.match(word) else "top", start, end)


def _number(word: str, start: int, end: int) -> Span:
    return Span(str(WORDS.get(word.lower(), word)), start, end)


def _part(match: re.Match[str], name: str, *, plural: bool = False) -> Span:
    words = " ".join(match[name].split())
    return Span(singular(words) if plural else words, *match.span(name))


def _moved(question: Question, by: int) -> Question:
    def moved(part: Span) -> Span:
        return replace(part, start=part.start + by, end=part.end + by)

    span = question.where_span
    return replace(
        question,
        measure=moved(question.measure),
        column=question.column and moved(question.column),
        groups=tuple(moved(group) for group in question.groups),
        n=question.n and moved(question.n),
        where_span=span and (span[0] + by, span[1] + by),
    )
