"""Where the boxes and lines of a plan's picture stand: for the same plan always the same places."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sampark.planning.coordinates import assign
from sampark.planning.crossings import order
from sampark.planning.layers import Rows, row_of_each, split_wide, with_trunks, without_cycles
from sampark.planning.routes import TRACK, Bundle, bundles, path, tracks

_BESIDE = 16.0  # pixels between two boxes of a row
_PASSING = 10.0  # pixels between lines, and between a line and a box
_OUT, _IN = 13.0, 17.0  # pixels below a box before a line turns, and above a box for its arrow
HEAD = 6.0  # height of an arrow head in pixels


@dataclass(frozen=True)
class Line:
    """An edge of the picture: from box to box by index. `dashed` for an order without data."""

    upper: int
    lower: int
    dashed: bool = False


@dataclass(frozen=True)
class Spot:
    """Where a box stands, in pixels: its left and upper edge, its width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Where its lines come in and go out."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Stroke:
    """A drawn line: an SVG path; dashed or not."""

    path: str
    dashed: bool


@dataclass(frozen=True)
class Layout:
    """A whole picture. `heads` are the tips of the arrows: x and y in pixels, and dashed or not."""

    spots: tuple[Spot, ...]
    strokes: tuple[Stroke, ...]
    heads: tuple[tuple[float, float], ...]
    width: float
    height: float


def lay_out(
    sizes: Sequence[tuple[float, float]],
    lines: Sequence[Line],
    *,
    widest: int = 6,
    margin: float = 8,
) -> Layout:
    """Return where everything stands, top down.

    Args:
        sizes: width and height of each box, in pixels.
        lines: the edges between boxes, by index; a cycle is drawn with one line turned round.
        widest: how many boxes may stand on one row.
        margin: pixels around the picture.
    """
    if not sizes:
        return Layout((), (), (), 2 * margin, 2 * margin)
    edges = without_cycles(len(sizes), [(line.upper, line.lower) for line in lines])
    row = split_wide(row_of_each(len(sizes), edges), widest)
    rows = with_trunks(row, edges, _dashed(lines))
    order(rows)
    x = assign(rows, lambda one, other: _apart(rows, sizes, one, other))
    left = min(place - _half(rows, sizes, node) for node, place in enumerate(x))
    x = [round(place - left + margin, 1) for place in x]
    return _drawn(_Frame(rows, sizes, x), margin)


def _half(rows: Rows, sizes: Sequence[tuple[float, float]], node: int) -> float:
    return 0.0 if rows.hidden(node) else sizes[node][0] / 2


def _apart(rows: Rows, sizes: Sequence[tuple[float, float]], one: int, other: int) -> float:
    passing = rows.hidden(one) or rows.hidden(other)
    space = _PASSING if passing else _BESIDE
    return _half(rows, sizes, one) + space + _half(rows, sizes, other)


@dataclass(frozen=True)
class _Frame:
    """What is known before the rows get their heights."""

    rows: Rows
    sizes: Sequence[tuple[float, float]]
    x: Sequence[float]

    def height(self, row: int) -> float:
        """The height of the highest box on that row."""
        boxes = (self.sizes[node][1] for node in self.rows.rows[row] if not self.rows.hidden(node))
        return max(boxes, default=0.0)

    def bundles(self, row: int) -> list[Bundle]:
        """The lines from that row to the next."""
        lines = [
            (upper, lower, (upper, lower) in self.rows.dashed)
            for upper in self.rows.rows[row]
            for lower in self.rows.down[upper]
        ]
        return bundles(lines, self.x)


def _dashed(lines: Sequence[Line]) -> frozenset[tuple[int, int]]:
    ordering = {(line.upper, line.lower) for line in lines if line.dashed}
    ordering -= {(line.upper, line.lower) for line in lines if not line.dashed}
    return frozenset(ordering | {(lower, upper) for upper, lower in ordering})


def _drawn(frame: _Frame, margin: float) -> Layout:
    spots: dict[int, Spot] = {}
    strokes: list[Stroke] = []
    heads: dict[tuple[float, float], None] = {}
    y = margin
    for row in range(len(frame.rows.rows)):
        height = frame.height(row)
        for node in frame.rows.rows[row]:
            if not frame.rows.hidden(node):
                width, own = frame.sizes[node]
                spots[node] = Spot(frame.x[node] - width / 2, y, width, own)
        found = frame.bundles(row)
        track = tracks(found)
        gap = _OUT + _IN + TRACK * max(track, default=0)
        for bundle, at in zip(found, track, strict=True):
            level = y + height + _OUT + TRACK * max(at, 0)
            strokes.append(_stroke(frame, bundle, y, level, y + height + gap))
            heads.update(
                ((frame.x[node], y + height + gap), None)
                for node in bundle.lowers
                if not frame.rows.hidden(node)
            )
        y += height + (gap if found else 0.0)
    right = max(spot.x + spot.width for spot in spots.values())
    right = max(right, *frame.x)
    return Layout(
        tuple(spots[node] for node in range(len(frame.sizes))),
        tuple(strokes),
        tuple(heads),
        right + margin,
        y + margin,
    )


def _stroke(frame: _Frame, bundle: Bundle, y: float, level: float, next_row: float) -> Stroke:
    hidden = frame.rows.hidden
    top = [y if hidden(node) else y + frame.sizes[node][1] for node in bundle.uppers]
    bottom = [next_row if hidden(node) else next_row - HEAD + 1 for node in bundle.lowers]
    return Stroke(path(bundle, top=top, level=level, bottom=bottom), bundle.dashed)


def busiest_row(count: int, lines: Sequence[Line], widest: int) -> int:
    """Return how many boxes stand on the fullest row, at least 1."""
    edges = without_cycles(count, [(line.upper, line.lower) for line in lines])
    row = split_wide(row_of_each(count, edges), widest)
    return max(Counter(row).values(), default=1)
