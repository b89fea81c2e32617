from datetime import UTC, date, datetime, timedelta

import pytest

from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.charts.choose import choose
from sampark.execution.charts.look import render
from sampark.execution.charts.shapes import bars, heat_map
from sampark.execution.documents.pictures import picture_size
from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.statistics import portray
from sampark.execution.tables.store import keep, opened
from sampark.execution.tools.charts import ChartBars, ChartTable, chart_bars, chart_table

BENCH = MemoryBench.alone(datetime(2024, 5, 1, tzinfo=UTC))
COUNT = 200
SALES = [
    Typed("Order ID", "number", [1000 + n for n in range(COUNT)]),
    Typed("Day", "date", [date(2022, 1, 1) + timedelta(days=5 * n) for n in range(COUNT)]),
    Typed("Region", "text", ["North", "South", "East", None] * (COUNT // 4)),
    Typed("Comment", "text", [f"words {n}" for n in range(COUNT)]),
    Typed("Units", "number", [n % 9 + 1 for n in range(COUNT)]),
    Typed("Price", "number", [(n * 37 % 101) / 7 for n in range(COUNT)]),
    Typed("Amount", "number", [1e6 if n == 3 else float(n % 50) for n in range(COUNT)]),
    Typed("Paid", "boolean", [n % 3 == 0 for n in range(COUNT)]),
    Typed("Same", "number", [1] * COUNT),
]


def specs(columns, most=20):
    table = keep(BENCH, "t", columns)
    with opened(BENCH, table) as engine:
        return choose(engine, portray(engine, table.columns), rows=table.rows, most=most)


def titles(columns, most=20) -> list[str]:
    return [spec["title"]["text"] for spec in specs(columns, most)]


def test_the_telling_columns_are_drawn_in_turns():
    assert titles(SALES) == [
        "Sum of “Amount” by month",
        "Which numbers move together",
        "How “Units” is spread",
        "Rows by “Region”",
        "How “Price” is spread",
        "Rows by “Paid”",
        "How “Amount” is spread",
    ]
    assert len(titles(SALES, most=3)) == 3


@pytest.mark.parametrize(
    ("days", "unit"), [(1, "day"), (7, "week"), (30, "month"), (91, "quarter"), (400, "year")]
)
def test_a_series_has_at_most_sixty_points(days, unit):
    moments = [date(1990, 1, 1) + timedelta(days=days * n) for n in range(50)]
    found = specs([Typed("Day", "date", moments), Typed("Cost", "number", list(range(50)))])[0]
    assert found["title"]["text"] == f"Sum of “Cost” by {unit}"
    assert 3 <= len(found["data"]["values"]) <= 60


def test_a_few_huge_values_do_not_squeeze_the_rest():
    spec = next(s for s in specs(SALES) if "Amount” is spread" in s["title"]["text"])
    assert "1 far outside are not shown" in spec["title"]["subtitle"]
    assert sum(row["count"] for row in spec["data"]["values"]) == COUNT - 1
    assert len(spec["data"]["values"]) > 3


def test_whole_numbers_of_a_small_range_have_a_bar_each():
    spec = next(s for s in specs(SALES) if "Units” is spread" in s["title"]["text"])
    assert [(row["start"], row["count"]) for row in spec["data"]["values"]][:2] == [
        (0.5, 23),
        (1.5, 23),
    ]


def test_bins_cover_every_number_once():
    values = [0.1 * n for n in range(1000)]
    spec = specs([Typed("a", "number", values)])[0]
    assert sum(row["count"] for row in spec["data"]["values"]) == 1000


@pytest.mark.parametrize(
    "columns",
    [
        [Typed("a", "text", ["x", "y"])],
        [Typed("a", "number", [1, 1])],
        [Typed("a", "empty", [None])],
        [Typed("a", "number", [])],
    ],
)
def test_a_table_with_nothing_to_draw_gives_no_chart(columns):
    assert specs(columns) == []
    assert chart_table(ChartTable(table=keep(BENCH, "t", columns)), BENCH).charts == []


def test_charts_are_pictures_of_one_width():
    charts = chart_table(ChartTable(table=keep(BENCH, "t", SALES), most=6), BENCH).charts
    assert [chart.name for chart in charts] == [f"chart-{n}.png" for n in range(1, 7)]
    sizes = [picture_size(BENCH.read(chart)) for chart in charts]
    assert {size[0] for size in sizes} == {1120}
    assert all(len(BENCH.read(chart)) > 5000 for chart in charts)


def test_text_in_a_table_is_never_an_expression():
    label = "'+alert(1)+'\\\"]};//\u2028"
    spec = bars(label, "x", [(label, 1.0), ("</script>", -2.0)], axis=label)
    assert picture_size(render(spec))
    assert picture_size(render(heat_map(label, "", [label, "b"], [[1.0, None], [-0.5, 1.0]])))


def test_a_small_table_is_drawn_as_bars():
    table = keep(
        BENCH,
        "Answer",
        [Typed("Year", "number", [2023, 2024, 2025]), Typed("sum", "number", [5, -3.5, None])],
    )
    chart = chart_bars(ChartBars(table=table, title="Sales"), BENCH).chart
    assert (chart.name, chart.media_type) == ("chart.png", "image/png")
    one = keep(BENCH, "Answer", [Typed("sum", "number", [5])])
    assert chart_bars(ChartBars(table=one, title="Sum"), BENCH).chart.size > 1000


@pytest.mark.parametrize(
    "columns",
    [
        [Typed("a", "text", ["x"])],
        [Typed("a", "text", []), Typed("b", "number", [])],
        [Typed("a", "text", ["x"]), Typed("b", "number", [None])],
    ],
)
def test_nothing_to_measure_is_told(columns):
    with pytest.raises(StepFailed, match="no numbers to draw"):
        chart_bars(ChartBars(table=keep(BENCH, "t", columns), title="x"), BENCH)
