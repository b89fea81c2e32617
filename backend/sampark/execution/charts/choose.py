"""Which charts a table deserves: one over time, one of relations, then columns by turns."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice, zip_longest

from duckdb import DuckDBPyConnection

from sampark.execution.charts.look import Spec
from sampark.execution.charts.shapes import Bin, Unit, bars, heat_map, histogram, line
from sampark.execution.tables.kinds import Scalar
from sampark.execution.tables.statistics import Portrait, Spread, correlations
from sampark.execution.tables.store import fetch, quoted
from sampark.execution.tables.words import counted, number, percent, shown

_TOP = 10  # bars of a chart of frequent values
_POINTS = 60  # of a line: beyond this the next larger unit of time is taken
_RELATED = (3, 8)  # the least and most columns of a heat map
_ADDITIVE = (
    "amount", "total", "sales", "revenue", "turnover", "cost", "quantity", "qty", "units", "count",
    "hours", "profit", "volume", "spend", "income", "expense", "paid", "orders", "visits",
)  # fmt: skip
_WHOLE_BINS = 25  # up to this range whole numbers get a bar each
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

Draw = Callable[[], Spec | None]


def choose(
    engine: DuckDBPyConnection, portraits: Sequence[Portrait], *, rows: int, most: int
) -> list[Spec]:
    """Return at most so many charts of `data`, the most telling first.

    Keys, columns of one value and columns of free text give no chart.
    """
    measures = [each for each in portraits if _is_measure(each)]
    groups = [each for each in portraits if _is_group(each)]
    series = [_series(engine, when, measures) for when in portraits if _spans(when)]
    first = [*series[:1], _relations(engine, measures)]
    by_turns = zip_longest(
        (_spread(engine, each) for each in measures), (_frequent(engine, each) for each in groups)
    )
    drawn = _drawn([*first, *(draw for pair in by_turns for draw in pair)])
    return list(islice(drawn, most)) if rows else []


def _drawn(draws: Sequence[Draw | None]) -> Iterator[Spec]:
    for draw in draws:
        spec = draw() if draw else None
        if spec is not None:
            yield spec


def _is_measure(portrait: Portrait) -> bool:
    spread = portrait.spread
    return spread is not None and spread.most > spread.least and not portrait.key_like


def _is_group(portrait: Portrait) -> bool:
    if portrait.column.kind not in {"text", "boolean"} or portrait.spread is not None:
        return False
    return 1 < portrait.distinct < portrait.filled and portrait.distinct <= portrait.filled // 2 + 1


def _spans(portrait: Portrait) -> bool:
    return portrait.column.kind == "date" and portrait.distinct > 2


def _spread(engine: DuckDBPyConnection, portrait: Portrait) -> Draw:
    def draw() -> Spec | None:
        assert portrait.spread is not None
        bins, beyond = count_bins(engine, portrait, portrait.spread)
        if not bins:
            return None
        told = counted(portrait.spread.count, "row")
        told += f"; {beyond:,} far outside are not shown" if beyond else ""
        told += f"; median {number(portrait.spread.median)}"
        name = portrait.column.name
        return histogram(f"How “{name}” is spread", told, bins, axis=name)

    return draw


def count_bins(
    engine: DuckDBPyConnection, portrait: Portrait, spread: Spread
) -> tuple[list[Bin], int]:
    """Count a column's numbers in bins of one round width; also return how many lie outside.

    Bins cover all numbers, unless that would squeeze nearly all into one bin: then they cover
    the numbers between Tukey's fences.
    """
    assert portrait.figures is not None
    low, high = spread.least, spread.most
    if spread.low is not None and spread.high is not None:
        usual = spread.high - spread.low
        if high - low > 3 * usual:
            low, high = max(low, spread.low), min(high, spread.high)
    x = f"{portrait.figures.sql}::double"
    if high - low <= _WHOLE_BINS and _all_whole(engine, x):
        start, width = math.floor(low) - 0.5, 1.0
    else:
        width = _bin_width(low, high, spread)
        start = math.floor(low / width) * width
    found = fetch(
        engine,
        f"select floor(({x} - ?) / ?)::bigint, count(*)",
        f"from data where {x} between ? and ? group by 1 order by 1",
        values=[start, width, low, high],
    )
    counts = {int(str(place)): int(str(count)) for place, count in found}
    places = range(max(counts, default=-1) + 1)
    bins = [_bin(start, width, place, counts.get(place, 0)) for place in places]
    return bins, spread.count - sum(counts.values())


def _all_whole(engine: DuckDBPyConnection, x: str) -> bool:
    return not fetch(engine, "select 1 from data where", x, "<> floor(", x, ") limit 1")


def _bin(start: float, width: float, place: int, count: int) -> Bin:
    return Bin(_exact(start + place * width), _exact(start + (place + 1) * width), count)


def _exact(value: float) -> float:
    return float(f"{value:.12g}")  # 0.1 + 0.2 is a label nobody wants


def _bin_width(low: float, high: float, spread: Spread) -> float:
    # Freedman and Diaconis 1981, kept between 6 and 30 bins, then rounded to a width people read.
    ideal = 2 * (spread.q3 - spread.q1) / spread.count ** (1 / 3)
    width = min(max(ideal, (high - low) / 30), (high - low) / 6) or 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in _STEPS if step * power >= width * 0.999)


def _frequent(engine: DuckDBPyConnection, portrait: Portrait) -> Draw:
    def draw() -> Spec | None:
        name = quoted(portrait.column.name)
        found = fetch(
            engine,
            f"select {name}, count(*)",
            f"from data where {name} is not null",
            f"group by 1 order by 2 desc, 1 limit {_TOP}",
        )
        values = [(shown(value), float(str(count))) for value, count in found]
        covered = sum(int(count) for _, count in values)
        told = f"{len(values)} of {counted(portrait.distinct, 'value')}"
        told += (
            f", {percent(covered, portrait.filled)} of rows" if covered < portrait.filled else ""
        )
        return bars(f"Rows by “{portrait.column.name}”", told, values, axis="Rows")

    return draw


def _relations(engine: DuckDBPyConnection, measures: Sequence[Portrait]) -> Draw | None:
    least, most = _RELATED
    columns = [each.figures for each in measures if each.figures][:most]
    if len(columns) < least:
        return None

    def draw() -> Spec | None:
        matrix = correlations(engine, columns)
        names = [each.column for each in columns]
        told = "Correlation: 1 together, 0 unrelated, -1 against each other"
        return heat_map("Which numbers move together", told, names, matrix)

    return draw


def _series(engine: DuckDBPyConnection, when: Portrait, measures: Sequence[Portrait]) -> Draw:
    what = min(measures, key=lambda each: _additive_rank(each.column.name), default=None)

    def draw() -> Spec | None:
        assert when.first is not None
        assert when.last is not None
        unit = _unit(when.first, when.last)
        measure, spoken = _measure(what)
        name = quoted(when.column.name)
        found = fetch(
            engine,
            f"select date_trunc('{unit}', {name})::date, {measure}",
            f"from data where {name} is not null",
            f"group by 1 having {measure} is not null order by 1",
        )
        points = [(moment, float(str(value))) for moment, value in _dated(found)]
        if len(points) < 3:
            return None
        told = f"By “{when.column.name}”"
        return line(f"{spoken} by {unit}", told, points, axis=spoken, unit=unit)

    return draw


def _dated(rows: Sequence[tuple[Scalar, ...]]) -> Iterator[tuple[date, Scalar]]:
    for moment, value in rows:
        if isinstance(moment, date):
            yield moment, value


def _measure(what: Portrait | None) -> tuple[str, str]:
    if what is None or what.figures is None:
        return "count(*)", "Rows"
    if _adds_up(what.column.name):
        return f"sum({what.figures.sql}::double)", f"Sum of “{what.column.name}”"
    return f"avg({what.figures.sql}::double)", f"Average of “{what.column.name}”"


def _adds_up(name: str) -> bool:
    return _additive_rank(name) < len(_ADDITIVE)


def _additive_rank(name: str) -> int:
    ranks = (rank for rank, word in enumerate(_ADDITIVE) if word in name.casefold())
    return next(ranks, len(_ADDITIVE))


def _unit(first: date, last: date) -> Unit:
    span: timedelta = last - first
    units: tuple[tuple[Unit, float], ...] = (
        ("day", 1),
        ("week", 7),
        ("month", 30.4),
        ("quarter", 91.3),
    )
    for unit, days in units:
        if span.days / days <= _POINTS:
            return unit
    return "year"
