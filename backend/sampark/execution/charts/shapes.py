"""The kinds of charts: each takes plain figures and gives a specification."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import JsonValue

from sampark.execution.charts.look import BLUE, HEIGHT, INK, ORANGE, Spec, chart
from sampark.execution.tables.words import number, plain

_ROW = 26  # pixels of one bar
_FRAME = 130  # pixels of title and axis
_LABEL = 28  # characters of a bar's label
_SIGNED: JsonValue = {"condition": {"test": "datum.value < 0", "value": ORANGE}, "value": BLUE}

Unit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: numbers from `start` to below `end`."""

    start: float
    end: float
    count: int


def bars(title: str, subtitle: str, values: Sequence[tuple[str, float]], *, axis: str) -> Spec:
    """Return horizontal bars in the given order, each with its figure at its end."""
    rows = [
        # The place keeps equal labels apart and in order.
        {"place": place, "value": value, "shown": number(value)}
        for place, (_, value) in enumerate(values)
    ]
    names = {str(place): plain(label, _LABEL) for place, (label, _) in enumerate(values)}
    y: JsonValue = {
        "field": "place",
        "type": "ordinal",
        "axis": {
            "title": None,
            "domain": False,
            "ticks": False,
            "labelColor": INK,
            "labelExpr": _lookup(names),
        },
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.14},
    }
    widest = max((abs(value) for _, value in values), default=0.0)
    low, high = min(0.0, *(v for _, v in values)), max(0.0, *(v for _, v in values))
    room = 0.16 * (high - low)
    scale: JsonValue = {
        "domain": [low - (room if low < 0 else 0), high + (room if high > 0 else 0)]
    }
    x: JsonValue = {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": axis, "grid": True, "tickCount": 5, "format": _axis_format(widest)},
        "scale": scale,
    }
    text: JsonValue = {
        "mark": {
            "type": "text",
            "align": {"expr": "datum.value < 0 ? 'right' : 'left'"},
            "dx": {"expr": "datum.value < 0 ? -5 : 5"},
        },
        "encoding": {"x": x, "y": y, "text": {"field": "shown", "type": "nominal"}},
    }
    bar: JsonValue = {
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {"x": x, "y": y, "color": _SIGNED},
    }
    height = min(HEIGHT, _FRAME + _ROW * len(values)) if len(values) <= 12 else 2 * HEIGHT
    return chart(title, subtitle, rows, {"height": height, "layer": [bar, text]})


def histogram(title: str, subtitle: str, bins: Sequence[Bin], *, axis: str) -> Spec:
    """Return a histogram of ready-made bins of one width."""
    rows = [{"start": each.start, "end": each.end, "count": each.count} for each in bins]
    widest = max(abs(bins[0].start), abs(bins[-1].end))
    whole = all((2 * each.start).is_integer() for each in bins)
    encoding: JsonValue = {
        "x": {
            "field": "start",
            "type": "quantitative",
            "bin": "binned",
            "axis": {
                "title": axis,
                "grid": False,
                "tickCount": 8,
                "tickMinStep": 1 if whole else 0,
                "format": _axis_format(widest),
            },
            "scale": {"domain": [bins[0].start, bins[-1].end], "nice": False},
        },
        "x2": {"field": "end"},
        "y": {
            "field": "count",
            "type": "quantitative",
            "axis": {"title": "Rows", "tickMinStep": 1, "tickCount": 5, "domain": False},
        },
    }
    mark: JsonValue = {"type": "bar", "binSpacing": 1}
    return chart(title, subtitle, rows, {"mark": mark, "encoding": encoding})


def line(
    title: str, subtitle: str, points: Sequence[tuple[date, float]], *, axis: str, unit: Unit
) -> Spec:
    """Return a line over time, one point per day, week, month, quarter or year."""
    rows = [{"when": moment.isoformat(), "value": value} for moment, value in points]
    widest = max((abs(value) for _, value in points), default=0.0)
    formats = {
        "day": "%d %b %Y",
        "week": "%d %b %Y",
        "month": "%b %Y",
        "quarter": "%b %Y",
        "year": "%Y",
    }
    encoding: JsonValue = {
        "x": {
            "field": "when",
            "type": "temporal",
            "scale": {"type": "utc"},
            "axis": {
                "title": None,
                "grid": False,
                "format": formats[unit],
                "tickCount": min(6, len(points)),
                "labelOverlap": "greedy",
                "labelFlush": True,
            },
        },
        "y": {
            "field": "value",
            "type": "quantitative",
            "axis": {
                "title": axis,
                "tickCount": 5,
                "domain": False,
                "format": _axis_format(widest),
            },
            "scale": {"zero": _from_zero([value for _, value in points])},
        },
    }
    mark: JsonValue = {"type": "line", "point": len(points) <= 40, "interpolate": "linear"}
    return chart(title, subtitle, rows, {"mark": mark, "encoding": encoding})


def heat_map(
    title: str, subtitle: str, names: Sequence[str], matrix: Sequence[Sequence[float | None]]
) -> Spec:
    """Return a square of correlations between -1 and 1, each with its figure."""
    rows = [
        {"row": row, "place": place, "value": value, "shown": f"{value:.2f}"}
        for row, cells in enumerate(matrix)
        for place, value in enumerate(cells)
        if value is not None
    ]
    labels = {str(place): plain(name, 18) for place, name in enumerate(names)}
    order: JsonValue = list(range(len(names)))
    axis: dict[str, JsonValue] = {
        "title": None,
        "domain": False,
        "ticks": False,
        "labelColor": INK,
        "labelExpr": _lookup(labels),
    }
    x: JsonValue = {
        "field": "place",
        "type": "ordinal",
        "sort": order,
        "axis": {**axis, "labelAngle": -35},
    }
    y: JsonValue = {"field": "row", "type": "ordinal", "sort": order, "axis": {**axis}}
    color: JsonValue = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [-1, 0, 1], "range": [ORANGE, "#f7f7f7", BLUE]},
        "legend": None,
    }
    squares: JsonValue = {
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "color": color},
    }
    ink: JsonValue = {
        "condition": {"test": "abs(datum.value) > 0.6", "value": "white"},
        "value": INK,
    }
    text: JsonValue = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {"x": x, "y": y, "text": {"field": "shown", "type": "nominal"}, "color": ink},
    }
    return chart(title, subtitle, rows, {"layer": [squares, text]})


def _lookup(labels: dict[str, str]) -> str:
    # The labels stand as JSON strings inside the expression: they are never an expression.
    return f"({json.dumps(labels)})[datum.label]"


def _axis_format(widest: float) -> str:
    if widest >= 1e6:
        return "~s"
    return ",~r" if widest >= 1 else "~g"


def _from_zero(values: Sequence[float]) -> bool:
    # A line may start above zero where zero would flatten what it shows.
    least, most = min(values), max(values)
    return least <= 0 <= most or least < 0.6 * most
