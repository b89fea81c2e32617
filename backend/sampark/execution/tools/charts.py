"""Charts: the telling ones of a table, or one bar chart of a small result."""

from pydantic import Field

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import File, Table
from sampark.errors import StepFailed
from sampark.execution.charts.choose import choose
from sampark.execution.charts.look import render
from sampark.execution.charts.shapes import bars
from sampark.execution.sniff import MEDIA_TYPES
from sampark.execution.tables.statistics import portray
from sampark.execution.tables.store import fetch, opened, quoted
from sampark.execution.tables.words import shown

_MOST_BARS = 30
_LOOKED_AT = 60  # columns among which charts are sought


class ChartTable(Frozen):
    """A table, and how many charts are wanted at most."""

    table: Table
    most: int = Field(default=6, ge=1, le=20)


class TableCharts(Frozen):
    """PNG pictures; none where a table has nothing to draw."""

    charts: list[File]


def chart_table(given: ChartTable, bench: Bench) -> TableCharts:
    """Draw a line over time, a heat map of relations, histograms and frequent values."""
    with opened(bench, given.table) as engine:
        portraits = portray(engine, given.table.columns[:_LOOKED_AT])
        specs = choose(engine, portraits, rows=given.table.rows, most=given.most)
    pictures = [render(spec) for spec in specs]
    return TableCharts(
        charts=[
            bench.write(f"chart-{place}.png", MEDIA_TYPES["png"], picture)
            for place, picture in enumerate(pictures, start=1)
        ]
    )


class ChartBars(Frozen):
    """A small table: its first column names the bars, its first column of numbers measures them."""

    table: Table
    title: str = Field(min_length=1, max_length=200)


class BarChart(Frozen):
    """One PNG picture."""

    chart: File


def chart_bars(given: ChartBars, bench: Bench) -> BarChart:
    """Draw a table's rows as bars in their order.

    Raises:
        StepFailed: The table has no rows, or no column of numbers.
    """
    columns = given.table.columns
    numeric = [column for column in (*columns[1:], *columns[:1]) if column.kind == "number"]
    if not numeric or not given.table.rows:
        raise StepFailed(f"The table “{given.table.name}” has no numbers to draw.")
    label, measure = columns[0], numeric[0]
    with opened(bench, given.table) as engine:
        found = fetch(
            engine,
            f"select {quoted(label.name)}, {quoted(measure.name)}",
            f"from data where {quoted(measure.name)} is not null limit {_MOST_BARS}",
        )
    values = [(shown(name, label.name) or "(empty)", float(str(value))) for name, value in found]
    if not values:
        raise StepFailed(f"The column “{measure.name}” has no numbers to draw.")
    more = given.table.rows - len(values)
    told = f"the first {len(values)}; {more:,} more" if more > 0 else ""
    spec = bars(given.title, told, values, axis=measure.name)
    return BarChart(chart=bench.write("chart.png", MEDIA_TYPES["png"], render(spec)))


TABLE_CHARTS = Tool(
    name="table.charts",
    summary="Draw the most telling charts of a table.",
    input=ChartTable,
    output=TableCharts,
    run=chart_table,
    prior=Prior(p50=1.0, p90=6.0),
)
CHART_BAR = Tool(
    name="chart.bar",
    summary="Draw a small table as a bar chart.",
    input=ChartBars,
    output=BarChart,
    run=chart_bars,
    prior=Prior(p50=0.3, p90=2.0),
)
