"""Answers in a person's words: the figure first, what it covers, what was left out."""

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from sampark.domain.value import Table
from sampark.execution.tables.kinds import Scalar
from sampark.execution.tables.measures import Group, Measure, Question
from sampark.execution.tables.results import (
    Rows,
    count_distinct,
    count_ties,
    count_used,
    result_query,
)
from sampark.execution.tables.statistics import spellings
from sampark.execution.tables.words import (
    called,
    counted,
    escaped,
    listing,
    markdown_table,
    plain,
    shown,
)

_ROWS, _COLUMNS = 10, 6  # of a table inside the answer
_SPOKEN: dict[Measure, str] = {
    "sum": "sum of",
    "average": "average of",
    "median": "median of",
    "min": "lowest",
    "max": "highest",
    "count": "number of",
}
_TITLED: dict[Measure, str] = {**_SPOKEN, "top": "highest", "bottom": "lowest", "list": "list of"}


def answer(engine: DuckDBPyConnection, table: Table, question: Question) -> str:
    """Return the answer to a question as Markdown: one or two sentences and a small table."""
    fitting, filled = count_used(engine, question)
    hints = [condition.hint for condition in question.conditions if condition.hint]
    if not fitting:
        return _joined([f"No row fits{_where(question)}.", *hints])
    query = result_query(table, question)
    rows = query.rows(engine)
    sentences = _sentences(engine, question, rows, fitting, filled)
    sentences += [*_left_out(question, fitting, filled), *hints]
    inline = _inline(query.names, rows, grouped=question.group is not None)
    return _joined(sentences) + (f"\n\n{inline}" if inline else "")


def title(question: Question) -> str:
    """Return what a result shows, by the names the table gave: 'Sum of Amount by Region'."""
    named = question.column.name if question.column else "rows"
    what = f"{_TITLED.get(question.measure, question.measure)} {named}"
    if question.group is not None:
        ranked = question.measure in {"top", "bottom"}
        by = f"{question.group.name} by {question.value_name}"
        what = f"{what.split(maxsplit=1)[0]} {by}" if ranked else f"{what} by {question.group.name}"
    where = f" where {listing([plain(it.told) for it in question.conditions])}"
    told = f"{what}{where if question.conditions else ''}"
    return told[:1].upper() + told[1:200]


def _sentences(
    engine: DuckDBPyConnection, question: Question, rows: Rows, fitting: int, filled: int
) -> list[str]:
    if question.measure == "list":
        return [_listed(engine, question, rows, fitting)]
    if question.group is None and question.measure not in {"top", "bottom"}:
        return [_single(question, rows[0][0], fitting, filled)]
    if not rows:
        return [f"There is nothing to measure{_where(question)}."]
    merged = _merged(engine, question.group)
    if question.measure in {"top", "bottom"}:
        ties = count_ties(engine, question, rows)
        tied = f"{ties:,} more tie with the last place." if ties > 1 else ""
        tied = "One more ties with the last place." if ties == 1 else tied
        return [_ranked(question, rows), tied, merged]
    assert question.group is not None
    return [_grouped(question, question.group, rows), merged]


def _single(question: Question, value: Scalar, fitting: int, filled: int) -> str:
    scope = _where(question)
    if question.column is None:
        fits = ("fits" if fitting == 1 else "fit") if question.conditions else "in the table"
        verb = "" if question.conditions else "is " if fitting == 1 else "are "
        return f"**{counted(fitting, 'row')}** {verb}{fits}{scope}."
    name = called(question.column.name)
    if question.measure == "count":
        return f"**{counted(filled, 'row')}** of {fitting:,} have a value in {name}{scope}."
    what = f"{_SPOKEN[question.measure]} {name}"
    if value is None:
        return f"The {what}{scope} cannot be told: no row has a value."
    figure = escaped(shown(value, question.column.name))
    return f"The {what}{scope} is **{figure}**, over {counted(filled, 'row')}."


def _grouped(question: Question, group: Group, rows: Rows) -> str:
    what = f"{_SPOKEN[question.measure]} "
    what += called(question.column.name) if question.column else "rows"
    lead = f"The {what} by {called(group.name)}{_where(question)}"
    groups = counted(len(rows), "group")
    measured = [(row[1], row[0]) for row in rows if isinstance(row[1], int | float)]
    if not measured:
        return f"{lead}: {groups}."
    figure, label = max(measured, key=lambda pair: pair[0])
    return f"{lead}: highest for {_label(label)} with **{escaped(shown(figure))}**; {groups}."


def _ranked(question: Question, rows: Rows) -> str:
    word = "highest" if question.measure == "top" else "lowest"
    scope = _where(question)
    if question.group is not None:
        of = f"{called(question.group.name)} by {escaped(question.value_name)}"
        figure = escaped(shown(rows[0][1]))
        if len(rows) == 1:
            return f"The {word} {of}{scope} is {_label(rows[0][0])} with **{figure}**."
        led = f"led by {_label(rows[0][0])} with **{figure}**"
        return f"The {len(rows):,} {word} {of}{scope}, {led}."
    assert question.column is not None
    name = called(question.column.name)
    value = escaped(shown(rows[0][question.place], question.column.name))
    count = f"{len(rows):,} rows" if len(rows) > 1 else "row"
    return f"The {count} with the {word} {name}{scope}; the first has **{value}**."


def _listed(engine: DuckDBPyConnection, question: Question, rows: Rows, fitting: int) -> str:
    if question.column is None:
        more = f"; the first {len(rows):,} follow" if fitting > len(rows) else ""
        return _single(question, None, fitting, fitting).removesuffix(".") + f"{more}."
    total = count_distinct(engine, question)
    more = f"; the first {len(rows):,} follow" if total > len(rows) else ""
    values = counted(total, "different value")
    return f"{called(question.column.name)} has **{values}**{_where(question)}{more}."


def _left_out(question: Question, fitting: int, filled: int) -> list[str]:
    if question.figures is None or question.column is None:
        return []
    lines: list[str] = []
    if question.figures.left_out:
        odd = called(question.figures.example)
        lines.append(
            f"{called(question.column.name)} is text; cells that are no numbers, such as {odd}, "
            "were left out."
        )
    gaps = fitting - filled
    if gaps:
        verb = "was" if gaps == 1 else "were"
        lines.append(f"{counted(gaps, 'row')} without a number {verb} left out.")
    return lines


def _merged(engine: DuckDBPyConnection, group: Group | None) -> str:
    if group is None or group.column.kind != "text":
        return ""
    found = spellings(engine, group.column.name)
    return f"Spellings such as {found} count as one." if found else ""


def _inline(names: Sequence[str], rows: Rows, *, grouped: bool) -> str:
    if len(rows) == 1 and len(names) <= 2:
        return ""
    if grouped:
        rows = [("(empty)", *row[1:]) if row[0] is None else row for row in rows]
    return markdown_table(names[:_COLUMNS], [row[:_COLUMNS] for row in rows], most=_ROWS)


def _where(question: Question) -> str:
    told = [condition.told for condition in question.conditions]
    return f" where {listing(told)}" if told else ""


def _label(value: Scalar) -> str:
    if value is None:
        return "rows without a value"
    return f"**{escaped(plain(shown(value, 'id')))}**"


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
