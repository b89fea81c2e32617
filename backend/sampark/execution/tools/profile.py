"""A table's portrait: types, gaps, outliers, spread, and what is worth a look."""

from collections import Counter
from collections.abc import Callable, Sequence

from duckdb import DuckDBPyConnection

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import Table, Text
from sampark.execution.tables.kinds import Kind, Scalar, Typed, spoken
from sampark.execution.tables.statistics import (
    Portrait,
    Spread,
    correlations,
    count_copies,
    portray,
)
from sampark.execution.tables.store import keep, opened
from sampark.execution.tables.words import (
    called,
    counted,
    escaped,
    listing,
    number,
    percent,
    plain,
    shown,
    span,
)

_NAMED = 5  # columns that one line of the summary names
_STRONG = 0.8  # correlations from here on are told
_CORRELATED = 20  # numeric columns among which pairs are sought


class ProfileTable(Frozen):
    """The table to look at."""

    table: Table


class TableProfile(Frozen):
    """A summary in words, and three tables: all columns, missing cells, outliers."""

    summary: Text
    columns: Table
    missing: Table
    outliers: Table


def profile_table(given: ProfileTable, bench: Bench) -> TableProfile:
    """Measure a table: kinds, missing cells, outliers by Tukey's fences, frequent values."""
    with opened(bench, given.table) as engine:
        copies = count_copies(engine)
        portraits = portray(engine, given.table.columns)
        related = _related(engine, portraits)
    lines = [*_size(given.table, portraits), *_gaps(given.table, portraits), *_copies(copies)]
    lines += [*_odd(portraits), *_periods(portraits), *_frequent(portraits), *related]
    lines += _worth_a_look(portraits)
    return TableProfile(
        summary=Text(markdown="\n".join(f"- {line}" for line in lines)),
        columns=keep(bench, "Columns", _columns(portraits)),
        missing=keep(bench, "Missing", _missing(portraits)),
        outliers=keep(bench, "Outliers", _outliers(portraits)),
    )


def _size(table: Table, portraits: Sequence[Portrait]) -> list[str]:
    kinds = Counter[Kind](portrait.column.kind for portrait in portraits)
    parts = [counted(count, *_KINDS[kind]) for kind, count in kinds.most_common()]
    size = f"{counted(table.rows, 'row')}, {counted(len(portraits), 'column')}"
    return [f"**{escaped(table.name)}** has {size}: {listing(parts)}."]


_KINDS: dict[Kind, tuple[str, str]] = {
    "number": ("column of numbers", "columns of numbers"),
    "text": ("column of text", "columns of text"),
    "date": ("column of dates", "columns of dates"),
    "boolean": ("column of yes or no", "columns of yes or no"),
    "empty": ("empty column", "empty columns"),
}


def _gaps(table: Table, portraits: Sequence[Portrait]) -> list[str]:
    missing = sum(portrait.missing for portrait in portraits)
    if not missing:
        return ["No cell is missing."]
    cells = table.rows * len(portraits)
    worst = sorted(portraits, key=lambda portrait: -portrait.missing)[:_NAMED]
    parts = [
        f"{called(each.column.name)} ({each.missing:,}, {percent(each.missing, table.rows)})"
        for each in worst
        if each.missing
    ]
    told = f"{missing:,} of {cells:,} cells are missing ({percent(missing, cells)})"
    return [f"{told}; most in {listing(parts)}."]


def _copies(copies: int) -> list[str]:
    if not copies:
        return ["No row is an exact copy of another."]
    verb = "is an exact copy" if copies == 1 else "are exact copies"
    return [f"{counted(copies, 'row')} {verb} of an earlier row."]


def _odd(portraits: Sequence[Portrait]) -> list[str]:
    found = [(each, each.spread) for each in portraits if each.spread and each.spread.outliers]
    if not found:
        return ["No number lies far from the rest (1.5 interquartile ranges)."]
    found.sort(key=lambda pair: -pair[1].outliers)
    parts = [
        f"{called(each.column.name)} ({spread.outliers:,}, such as {number(spread.examples[0][1])})"
        for each, spread in found[:_NAMED]
    ]
    return [f"Values far from the rest: {listing(parts)}."]


def _periods(portraits: Sequence[Portrait]) -> list[str]:
    return [
        f"{called(each.column.name)} runs from {span(each.first, each.last)}."
        for each in portraits
        if each.first is not None and each.last is not None
    ][:_NAMED]


def _frequent(portraits: Sequence[Portrait]) -> list[str]:
    texts = [each for each in portraits if each.column.kind in {"text", "boolean"} and each.top]
    return [
        f"The most frequent {called(each.column.name)} is {called(shown(each.top[0][0]))} "
        f"({percent(each.top[0][1], each.filled)})."
        for each in texts
        if each.distinct < each.filled and each.spread is None
    ][:_NAMED]


def _related(engine: DuckDBPyConnection, portraits: Sequence[Portrait]) -> list[str]:
    measures = [each.figures for each in portraits if each.figures and not each.key_like]
    measures = measures[:_CORRELATED]
    matrix = correlations(engine, measures)
    pairs = [
        (value, measures[row].column, measures[place].column)
        for row, cells in enumerate(matrix)
        for place, value in enumerate(cells[:row])
        if value is not None and abs(value) >= _STRONG
    ]
    pairs.sort(key=lambda pair: -abs(pair[0]))
    return [
        f"{called(other)} and {called(one)} move {_HOW[value > 0]} (correlation {value:.2f})."
        for value, one, other in pairs[:3]
    ]


_HOW = {True: "together", False: "against each other"}


def _worth_a_look(portraits: Sequence[Portrait]) -> list[str]:
    lines: list[str] = []
    for each in portraits:
        name = called(each.column.name)
        if each.filled > 1 and each.distinct == 1:
            lines.append(f"{name} has one value only, {called(shown(each.top[0][0]))}.")
        if each.variants:
            lines.append(
                f"{name} has spellings that differ only in case or spaces: {each.variants}."
            )
        if each.figures and each.figures.left_out:
            odd = counted(each.figures.left_out, "cell does", "cells do")
            example = called(each.figures.example)
            lines.append(f"{name} holds numbers, but {odd} not read as one, such as {example}.")
    return lines[: 2 * _NAMED]


def _columns(portraits: Sequence[Portrait]) -> list[Typed]:
    def figure(pick: Callable[[Spread], float | None]) -> list[Scalar]:
        return [each.spread and _rounded(pick(each.spread)) for each in portraits]

    rows = [each.filled + each.missing for each in portraits]
    return [
        Typed("column", "text", [each.column.name for each in portraits]),
        Typed("kind", "text", [each.column.kind for each in portraits]),
        Typed("filled", "number", [each.filled for each in portraits]),
        Typed("missing", "number", [each.missing for each in portraits]),
        Typed("missing %", "number", _shares([each.missing for each in portraits], rows)),
        Typed("distinct", "number", [each.distinct for each in portraits]),
        Typed("min", "number", figure(lambda spread: spread.least)),
        Typed("q1", "number", figure(lambda spread: spread.q1)),
        Typed("median", "number", figure(lambda spread: spread.median)),
        Typed("mean", "number", figure(lambda spread: spread.mean)),
        Typed("q3", "number", figure(lambda spread: spread.q3)),
        Typed("max", "number", figure(lambda spread: spread.most)),
        Typed("sd", "number", figure(lambda spread: spread.sd)),
        Typed("first", "text", [each.first and spoken(each.first) for each in portraits]),
        Typed("last", "text", [each.last and spoken(each.last) for each in portraits]),
        Typed("most frequent", "text", [_most_frequent(each) for each in portraits]),
    ]


def _most_frequent(portrait: Portrait) -> str | None:
    if portrait.distinct * 2 > portrait.filled and portrait.filled > _NAMED:
        return None
    name = portrait.column.name
    return ", ".join(
        f"{plain(shown(value, name), 30)} ({count:,})" for value, count in portrait.top
    )


def _missing(portraits: Sequence[Portrait]) -> list[Typed]:
    gaps = sorted((each for each in portraits if each.missing), key=lambda each: -each.missing)
    rows = [each.filled + each.missing for each in gaps]
    return [
        Typed("column", "text", [each.column.name for each in gaps]),
        Typed("missing", "number", [each.missing for each in gaps]),
        Typed("missing %", "number", _shares([each.missing for each in gaps], rows)),
        Typed("filled", "number", [each.filled for each in gaps]),
    ]


def _outliers(portraits: Sequence[Portrait]) -> list[Typed]:
    found = [(each, each.spread) for each in portraits if each.spread and each.spread.outliers]
    found.sort(key=lambda pair: -pair[1].outliers)
    spreads = [spread for _, spread in found]
    return [
        Typed("column", "text", [each.column.name for each, _ in found]),
        Typed("outliers", "number", [spread.outliers for spread in spreads]),
        Typed(
            "outliers %",
            "number",
            _shares([s.outliers for s in spreads], [s.count for s in spreads]),
        ),
        Typed("usual from", "number", [_rounded(spread.low) for spread in spreads]),
        Typed("usual to", "number", [_rounded(spread.high) for spread in spreads]),
        Typed("most extreme", "text", [_extreme(spread) for spread in spreads]),
    ]


def _extreme(spread: Spread) -> str:
    return ", ".join(f"{number(value)} (row {row:,})" for row, value in spread.examples)


def _shares(parts: Sequence[int], wholes: Sequence[int]) -> list[Scalar]:
    return [
        round(100 * part / whole, 1) if whole else 0.0
        for part, whole in zip(parts, wholes, strict=True)
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}") if abs(value) < 1e5 else round(value, 2)


TABLE_PROFILE = Tool(
    name="table.profile",
    summary="Describe a table: types, missing cells, outliers, statistics, frequent values.",
    input=ProfileTable,
    output=TableProfile,
    run=profile_table,
    prior=Prior(p50=0.3, p90=5.0),
)
