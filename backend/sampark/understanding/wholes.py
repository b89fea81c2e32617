"""Questions that a whole sentence asks: 'which region sold the most', 'list the orders over 500'."""

import re

from sampark.understanding import filters
from sampark.understanding.asked import Question, extreme, moved, number, part, tidy
from sampark.understanding.clauses import Span, singular, tail
from sampark.understanding.courtesy import request_start
from sampark.understanding.question_patterns import (
    ARTICLES,
    ASKING,
    BESIDE_THE_POINT,
    DISTINCT,
    ENDING,
    GROUPED,
    IN_FILE,
    LIST,
    NOT_GROUPED,
    OUR,
    VAGUE_NOUN,
    VAGUE_VERB,
    WHICH,
    WHO,
)
from sampark.understanding.reading import BLANK, Sentence, trimmed


def which(text: str, begin: int, end: int) -> list[Question]:
    """Read 'which region has the highest revenue' and 'who sold the most'."""
    match = WHICH.match(text, begin, end) or WHO.match(text, begin, end)
    if match is None:
        return []
    groups = match.groupdict()
    name = "end" if groups.get("end") else "end2"
    measure = extreme(match[name], *match.span(name))
    named = part(match, "column" if groups.get("column") else "verb")
    column = None if VAGUE_VERB.match(named.value) else named
    entity = (part(match, "entity", plural=True),) if groups.get("entity") else ()
    return [Question(measure, column, entity, _how_many(match))]


def _how_many(match: re.Match[str]) -> Span | None:
    groups = match.groupdict()
    if groups.get("n"):
        return number(match["n"], *match.span("n"))
    entity = groups.get("entity")
    if entity and singular(entity) != entity:
        return None
    # one is asked for: 'which product', 'who'
    return Span("1", match.start(), match.start() + len(match[0].split(maxsplit=1)[0]))


def distinct(text: str, begin: int, end: int) -> list[Question]:
    """Read 'how many different products' as the list of their values: its answer counts them."""
    match = DISTINCT.match(text, begin, end)
    if match is None:
        return []
    name = "column" if match["column"] else "column2"
    lead = Span("list", begin, match.start(name))
    return [Question(tidy(lead, text), part(match, name, plural=True))]


def listing(text: str, begin: int, end: int) -> list[Question]:
    """Read 'list all orders over 500' and 'show the rows where status is open'."""
    match = LIST.match(text, begin, end)
    if match is None:
        return []
    verb = Span("list", begin, begin + len(text[begin:].split(maxsplit=1)[0]))
    if match["rows"]:
        where = filters.read(text[match.end() : end])
        span = trimmed(text, match.end(), end)
        return [Question(verb, where=where, where_span=span)] if where else []
    rows = tail(text, match.end(), end)
    if not rows.where or rows.groups or rows.columns:
        return []
    return [Question(verb, where=rows.where, where_span=rows.where_span)]


def best(match: re.Match[str]) -> Question:
    """Read a match of `BARE_TOP`: 'the best selling product' is a ranking of one."""
    one = Span("1", *match.span("end"))
    measure = extreme(match["end"], *match.span("end"))
    return Question(measure, None, (part(match, "entity", plural=True),), one)


def ours(text: str, begin: int, end: int) -> list[Question]:
    """Read 'what was our revenue in March' as a sum, if it is narrowed or grouped."""
    match = OUR.match(text, begin, end)
    if match is None:
        return []
    rest = tail(text, match.end(), end)
    if rest.column is None or not (rest.groups or rest.where):
        return []
    measure = tidy(Span("sum", *match.span()), text)
    return [Question(measure, rest.column, rest.groups, None, rest.where, rest.where_span)]


def grouped(sentence: Sentence) -> tuple[Question, ...]:
    """Return 'revenue by month' as a sum, if that and nothing else is the sentence.

    It is a question only where a sheet is at hand and nothing else is asked.
    """
    text = IN_FILE.sub(blanked, sentence.text)
    begin = request_start(text)
    end = ending(text, begin)
    begin, _ = behind_asking(text, begin, end)
    match = GROUPED.match(text, begin, end)
    if match is None or NOT_GROUPED.search(text, begin, end):
        return ()
    measure = Span("sum", *match.span())
    column = None if VAGUE_NOUN.match(match["column"]) else part(match, "column")
    question = Question(measure, column, (part(match, "by"),))
    return (moved(question, sentence.start),)


def blanked(match: re.Match[str]) -> str:
    """Return spaces in place of a match."""
    return " " * len(match[0])


def ending(text: str, begin: int) -> int:
    """Return where a question ends: before reasons, wishes about its look, courtesy and signs."""
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


def behind_asking(text: str, begin: int, end: int) -> tuple[int, bool]:
    """Return where a question goes on behind 'what is the', and whether such words stood there."""
    asked = False
    for _ in range(6):
        match = ASKING.match(text, begin, end)
        lead = match or ARTICLES.match(text, begin, end)
        if lead is None:
            break
        asked, begin = asked or match is not None, lead.end()
        begin += request_start(text[begin:end])
    return begin, asked
