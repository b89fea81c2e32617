"""Layered drawing, fourth part: the lines between two rows, level with rounded corners.

All lines from the same boxes to the same boxes share one level stretch. Stretches that would lie
over each other get tracks of their own, in the order that crosses least.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TRACK = 9.0  # pixels between two tracks
_NEAR = 12.0  # stretches closer than this on one track would look like one
_SAME = 1.0


@dataclass(frozen=True)
class Bundle:
    """Lines from every upper to every lower node between two rows; places in pixels from the left.

    `dashed` marks lines that only give an order.
    """

    uppers: tuple[int, ...]
    lowers: tuple[int, ...]
    tops: tuple[float, ...]
    ends: tuple[float, ...]
    dashed: bool = False

    @property
    def left(self) -> float:
        """Where its level stretch begins."""
        return min(*self.tops, *self.ends)

    @property
    def right(self) -> float:
        """Where its level stretch ends."""
        return max(*self.tops, *self.ends)

    @property
    def straight(self) -> bool:
        """Whether it needs no level stretch."""
        return self.right - self.left < _SAME


def bundles(lines: Sequence[tuple[int, int, bool]], x: Sequence[float]) -> list[Bundle]:
    """Return the lines (upper, lower, dashed) between two rows as bundles, from the left."""
    lowers: dict[tuple[int, bool], list[int]] = {}
    for upper, lower, dashed in lines:
        lowers.setdefault((upper, dashed), []).append(lower)
    uppers: dict[tuple[tuple[int, ...], bool], list[int]] = {}
    for (upper, dashed), below in lowers.items():
        uppers.setdefault((tuple(sorted(below)), dashed), []).append(upper)
    made = [
        Bundle(
            tuple(above),
            below,
            tuple(x[node] for node in above),
            tuple(x[node] for node in below),
            dashed,
        )
        for (below, dashed), above in uppers.items()
    ]
    return sorted(made, key=lambda bundle: (bundle.left, bundle.right, bundle.dashed))


def tracks(found: Sequence[Bundle]) -> list[int]:
    """Return the track of each bundle, 0 the uppermost; straight ones take none (-1)."""
    order = _ordered([at for at, bundle in enumerate(found) if not bundle.straight], found)
    track = [-1] * len(found)
    for place, at in enumerate(order):
        over = [track[other] for other in order[:place] if _meet(found[at], found[other])]
        track[at] = max(over, default=-1) + 1
    return track


def _meet(one: Bundle, other: Bundle) -> bool:
    return one.left < other.right + _NEAR and other.left < one.right + _NEAR


def _ordered(chosen: list[int], found: Sequence[Bundle]) -> list[int]:
    order = list(chosen)
    for _ in range(len(order)):
        changed = False
        for at in range(len(order) - 1):
            upper, lower = found[order[at]], found[order[at + 1]]
            if _cost(lower, upper) < _cost(upper, lower):
                order[at], order[at + 1] = order[at + 1], order[at]
                changed = True
        if not changed:
            break
    return order


def _cost(upper: Bundle, lower: Bundle) -> int:
    """Count what would cross with the one above the other; lying over each other is far worse."""
    crossed = sum(upper.left < x < upper.right for x in lower.tops)
    crossed += sum(lower.left < x < lower.right for x in upper.ends)
    hidden = sum(abs(one - other) < _NEAR / 2 for one in lower.tops for other in upper.ends)
    return crossed + 20 * hidden


def path(bundle: Bundle, *, top: Sequence[float], level: float, bottom: Sequence[float]) -> str:
    """Return the SVG path of a bundle.

    Args:
        bundle: the lines.
        top: where each upper end starts, in pixels from above.
        level: where the level stretch lies.
        bottom: where each lower end stops.
    """
    drawn = dict.fromkeys(
        _line(x, start, level, end_x, stop)
        for x, start in zip(bundle.tops, top, strict=True)
        for end_x, stop in zip(bundle.ends, bottom, strict=True)
    )
    return "".join(drawn)


def number(value: float) -> str:
    """Return a coordinate as short as one decimal allows."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _line(x: float, start: float, level: float, end_x: float, stop: float) -> str:
    radius = min(7.0, abs(end_x - x) / 2, level - start, stop - level)
    if abs(end_x - x) < _SAME:
        return f"M{_points(x, start)}V{number(stop)}"
    turn = radius if end_x > x else -radius
    return (
        f"M{_points(x, start)}V{number(level - radius)}"
        f"Q{_points(x, level, x + turn, level)}H{number(end_x - turn)}"
        f"Q{_points(end_x, level, end_x, level + radius)}V{number(stop)}"
    )


def _points(*values: float) -> str:
    return " ".join(_pairs(values))


def _pairs(values: Sequence[float]) -> Iterator[str]:
    for at in range(0, len(values), 2):
        yield f"{number(values[at])},{number(values[at + 1])}"
