"""How every chart looks, and how a specification becomes a picture."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import vl_convert
from pydantic import JsonValue

from sampark.execution.tables.words import plain

FONTS = Path(__file__).parent.parent / "fonts"
FAMILY = "IBM Plex Sans"
WIDTH, HEIGHT = 560, 340  # of the whole picture, in CSS pixels
SCALE = 2.0  # sharp on a dense screen and in print
BLUE, ORANGE, INK, GREY, RULE = "#2f6db5", "#d9822b", "#1f2937", "#6b7280", "#e5e7eb"
_TITLE = 70  # characters

Spec = dict[str, JsonValue]
Rows = Sequence[Mapping[str, JsonValue]]


def chart(title: str, subtitle: str, rows: Rows, parts: Mapping[str, JsonValue]) -> Spec:
    """Return a whole specification: title, data and the parts that are the chart's own."""
    return {
        "title": {"text": plain(title, _TITLE), "subtitle": plain(subtitle, _TITLE + 20)},
        "data": {"values": [dict(row) for row in rows]},
        "width": WIDTH,
        "height": HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "config": _CONFIG,
        "background": "white",
        "padding": 12,
        **parts,
    }


def render(spec: Spec) -> bytes:
    """Return a specification as PNG, with the bundled fonts and without any network."""
    _use_bundled_fonts()
    return vl_convert.vegalite_to_png(spec, scale=SCALE, allowed_base_urls=[])


@cache
def _use_bundled_fonts() -> None:
    # Without the font in place the renderer draws no text at all, and says nothing.
    vl_convert.register_font_directory(str(FONTS))


_CONFIG: Spec = {
    "font": FAMILY,
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 15,
        "fontWeight": 600,
        "color": INK,
        "subtitleColor": GREY,
        "subtitleFontSize": 11.5,
        "subtitlePadding": 5,
        "offset": 14,
    },
    "view": {"stroke": None},
    "axis": {
        "labelColor": GREY,
        "labelFontSize": 11,
        "titleColor": GREY,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "domainColor": "#9ca3af",
        "tickColor": "#9ca3af",
        "gridColor": RULE,
        "labelLimit": 170,
        "labelPadding": 5,
        "titlePadding": 8,
    },
    "bar": {"color": BLUE},
    "line": {"color": BLUE, "strokeWidth": 2},
    "point": {"color": BLUE, "filled": True, "size": 22},
    "text": {"color": INK, "fontSize": 11},
}
