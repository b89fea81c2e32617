"""What a table looks like: per column its size, gaps, spread and oddities, measured by SQL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from duckdb import DuckDBPyConnection

from sampark.domain.value import Column
from sampark.execution.tables.figures import Figures, figures
from sampark.execution.tables.kinds import Scalar
from sampark.execution.tables.store import fetch, quoted
from sampark.execution.tables.words import called, listing

_FENCE = 1.5  # Tukey 1977: beyond 1.5 interquartile ranges from the quartiles
_TOP = 5
_KEY = re.compile(
    r"(?:^|[^a-z])(?:ids?|no|nr|num|number|key|index|row|uuid|#)(?:$|[^a-z])", re.IGNORECASE
)


@dataclass(frozen=True)
class Spread:
    """A column's numbers. Quartiles interpolate linearly; `sd` is of a sample, None of one value.

    `low` and `high` are Tukey's fences, None where the quartiles coincide. `outliers` are beyond
    them: their count, and some with their row, the most extreme first.
    """

    count: int
    least: float
    q1: float
    median: float
    mean: float
    q3: float
    most: float
    sd: float | None
    low: float | None
    high: float | None
    outliers: int
    examples: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Portrait:
    """One column: `filled` and `distinct` count cells; `top` are the most frequent values."""

    column: Column
    filled: int
    missing: int
    distinct: int
    top: tuple[tuple[Scalar, int], ...]
    figures: Figures | None = None
    spread: Spread | None = None
    first: date | None = None
    last: date | None = None
    variants: str = ""

    @property
    def key_like(self) -> bool:
        """Whether the column names rows instead of measuring them: all distinct, and called so."""
        return self.filled > 1 and self.distinct == self.filled and is_key(self.column.name)


def is_key(name: str) -> bool:
    """Tell whether a column's name says that it names rows: `Order ID`, `No`, `key`."""
    return _KEY.search(name) is not None


def portray(engine: DuckDBPyConnection, columns: Sequence[Column]) -> list[Portrait]:
    """Measure every column of `data`."""
    return [_portray(engine, column) for column in columns]


def count_copies(engine: DuckDBPyConnection) -> int:
    """Return how many rows of `data` are exact copies of an earlier one."""
    found = fetch(
        engine, "select (select count(*) from data) - count(*) from (select distinct * from data)"
    )
    return int(str(found[0][0]))


def correlations(
    engine: DuckDBPyConnection, columns: Sequence[Figures]
) -> list[list[float | None]]:
    """Return Pearson's correlation of every pair of columns, over rows where both are filled."""
    if not columns:
        return []
    pairs = [f"corr({one.sql}, {other.sql})" for one in columns for other in columns]
    row = fetch(engine, "select", ", ".join(pairs), "from data")[0]
    cells = [cell if isinstance(cell, float) and cell == cell else None for cell in row]  # noqa: PLR0124 - NaN
    return [cells[start : start + len(columns)] for start in range(0, len(cells), len(columns))]


def _portray(engine: DuckDBPyConnection, column: Column) -> Portrait:
    name = quoted(column.name)
    counts = fetch(engine, f"select count({name}), count(*), count(distinct {name})", "from data")[
        0
    ]
    filled, rows, distinct = (int(str(cell)) for cell in counts)
    numbers = figures(engine, column) if filled else None
    first, last = _dates(engine, column, name)
    return Portrait(
        column=column,
        filled=filled,
        missing=rows - filled,
        distinct=distinct,
        top=_top(engine, name),
        figures=numbers,
        spread=measure(engine, numbers) if numbers else None,
        first=first,
        last=last,
        variants="" if column.kind != "text" or numbers else spellings(engine, column.name),
    )


def _top(engine: DuckDBPyConnection, name: str) -> tuple[tuple[Scalar, int], ...]:
    found = fetch(
        engine,
        f"select {name}, count(*)",
        f"from data where {name} is not null",
        f"group by 1 order by 2 desc, 1 limit {_TOP}",
    )
    return tuple((value, int(str(count))) for value, count in found)


def _dates(
    engine: DuckDBPyConnection, column: Column, name: str
) -> tuple[date | None, date | None]:
    if column.kind != "date":
        return None, None
    first, last = fetch(engine, f"select min({name}), max({name})", "from data")[0]
    return (first if isinstance(first, date) else None, last if isinstance(last, date) else None)


def spellings(engine: DuckDBPyConnection, column: str) -> str:
    """Return spellings of one text that differ in case or spaces, as Markdown; empty for none."""
    name = quoted(column)
    found = fetch(
        engine,
        f"select string_agg(distinct {name}, chr(31) order by {name})",
        f"from data where {name} is not null",
        f"group by lower(trim({name})) having count(distinct {name}) > 1",
        "order by count(*) desc, 1 limit 1",
    )
    alike = str(found[0][0]).split("\x1f")[:3] if found else []
    return listing([called(spelling) for spelling in alike])


def measure(engine: DuckDBPyConnection, numbers: Figures) -> Spread | None:
    """Measure a column's numbers; None where it has none."""
    x = f"{numbers.sql}::double"
    found = fetch(
        engine,
        f"select count({x}), min({x}), quantile_cont({x}, 0.25), median({x}), avg({x}),",
        f"quantile_cont({x}, 0.75), max({x}), stddev_samp({x})",
        f"from data where isfinite({x})",
    )[0]
    count, *rest = (cell if isinstance(cell, int | float) else None for cell in found)
    least, q1, median, mean, q3, most, sd = rest
    if not count or least is None or q1 is None or median is None:
        return None
    assert mean is not None
    assert q3 is not None
    assert most is not None
    low, high = q1 - _FENCE * (q3 - q1), q3 + _FENCE * (q3 - q1)
    fenced = q3 > q1
    outliers, examples = _outliers(engine, x, low, high) if fenced else (0, ())
    return Spread(
        count=int(count),
        least=least,
        q1=q1,
        median=median,
        mean=mean,
        q3=q3,
        most=most,
        sd=sd,
        low=low if fenced else None,
        high=high if fenced else None,
        outliers=outliers,
        examples=examples,
    )


def _outliers(
    engine: DuckDBPyConnection, x: str, low: float, high: float
) -> tuple[int, tuple[tuple[int, float], ...]]:
    found = fetch(
        engine,
        f"select rowid + 1, {x}, count(*) over ()",
        f"from data where {x} < ? or {x} > ?",
        f"order by greatest(? - {x}, {x} - ?) desc, 1 limit {_TOP}",
        values=[low, high, low, high],
    )
    if not found:
        return 0, ()
    return int(str(found[0][2])), tuple(
        (int(str(row)), float(str(value))) for row, value, _ in found
    )
