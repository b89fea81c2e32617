"""Layered drawing, third part: how far right each node stands.

Each node is drawn to the mean of its neighbours above and below, and pushed off those beside it.
Nodes that belong straight above each other move as one column: the hidden nodes of a trunk from the
start, and then every pair that came to stand nearly above each other.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sampark.planning.crossings import places
from sampark.planning.layers import Edge, Rows

Apart = Callable[[int, int], float]

_ROUNDS = 40
_DRAWN = 0.46  # of the way to its neighbours; the rest is a light pull to the middle of the picture
_NEAR = (24.0, 60.0, 12.0)  # pixels: what is nearer to straight becomes straight, in turns


@dataclass
class _Columns:
    """Which node moves with which: `of` holds the column of each node.

    `links` holds, per row, the places (upper, lower) of its links to the next; they never cross.
    """

    of: list[int]
    links: list[list[Edge]]

    def join(self, row: int, upper: tuple[int, int], lower: tuple[int, int]) -> bool:
        """Tie a node to one on the next row, each with its place; False if a link is in the way."""
        links = self.links[row]
        link = (upper[1], lower[1])
        at = bisect_left(links, link)
        before, after = links[max(0, at - 1) : at], links[at : at + 1]
        if any(a >= link[0] or b >= link[1] for a, b in before):
            return False
        if any(a <= link[0] or b <= link[1] for a, b in after):
            return False
        insort(links, link)
        old, new = self.of[lower[0]], self.of[upper[0]]
        self.of = [new if column == old else column for column in self.of]
        return True


def assign(rows: Rows, apart: Apart) -> list[float]:
    """Return the centre of each node in pixels; any number, also below 0.

    `apart` returns how far apart the centres of two neighbours on a row must be at least.
    """
    columns = _Columns(list(range(len(rows.up))), [[] for _ in rows.rows])
    place = places(rows)
    for row, upper, lower in _lines(rows):
        if rows.hidden(upper) and rows.hidden(lower):
            columns.join(row, (upper, place[upper]), (lower, place[lower]))
    x = _relaxed(rows, columns.of, apart, _packed(rows, apart))
    for near in _NEAR:
        close = [
            (abs(x[upper] - x[lower]), row, upper, lower) for row, upper, lower in _lines(rows)
        ]
        for distance, row, upper, lower in sorted(close):
            if distance < near and columns.of[upper] != columns.of[lower]:
                columns.join(row, (upper, place[upper]), (lower, place[lower]))
        x = _relaxed(rows, columns.of, apart, x)
    return x


def _lines(rows: Rows) -> Iterator[tuple[int, int, int]]:
    for row, nodes in enumerate(rows.rows):
        for upper in nodes:
            for lower in rows.down[upper]:
                yield row, upper, lower


def _packed(rows: Rows, apart: Apart) -> list[float]:
    """Return places side by side, each row around 0."""
    x = [0.0] * len(rows.up)
    for row in rows.rows:
        for left, right in pairwise(row):
            x[right] = x[left] + apart(left, right)
        middle = (x[row[0]] + x[row[-1]]) / 2
        for node in row:
            x[node] -= middle
    return x


def _relaxed(rows: Rows, column: Sequence[int], apart: Apart, x: Sequence[float]) -> list[float]:
    """Draw columns to their neighbours for some rounds, and return where each node stands then."""
    members: dict[int, list[int]] = {}
    for node, own in enumerate(column):
        members.setdefault(own, []).append(node)
    number = {own: at for at, own in enumerate(members)}
    index = [number[own] for own in column]
    pulls = [
        [index[other] for node in nodes for other in (*rows.up[node], *rows.down[node])]
        for nodes in members.values()
    ]
    pulls = [[other for other in pull if other != at] for at, pull in enumerate(pulls)]
    gaps = _gaps(rows, index, apart)
    order = _ordered(gaps)
    at = [sum(x[node] for node in nodes) / len(nodes) for nodes in members.values()]
    at = _apart_again(at, order, gaps)
    for _ in range(_ROUNDS):
        wanted = [
            here / 2 + _DRAWN * sum(at[other] for other in pull) / len(pull) if pull else here
            for here, pull in zip(at, pulls, strict=True)
        ]
        at = _apart_again(wanted, order, gaps)
    return [at[own] for own in index]


def _gaps(rows: Rows, index: Sequence[int], apart: Apart) -> list[dict[int, float]]:
    """Return, per column, how far left of which other columns it must stand."""
    gaps: list[dict[int, float]] = [{} for _ in range(max(index, default=-1) + 1)]
    for row in rows.rows:
        for left, right in pairwise(row):
            known = gaps[index[left]].get(index[right], 0.0)
            gaps[index[left]][index[right]] = max(known, apart(left, right))
    return gaps


def _ordered(gaps: Sequence[dict[int, float]]) -> list[int]:
    waiting = [0] * len(gaps)
    for right in gaps:
        for other in right:
            waiting[other] += 1
    order = [at for at, count in enumerate(waiting) if not count]
    for at in order:
        for other in gaps[at]:
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    return order


def _apart_again(
    wanted: Sequence[float], order: Sequence[int], gaps: Sequence[dict[int, float]]
) -> list[float]:
    """Return the places nearest to the wanted ones, as far as the gaps allow.

    Pushing all to the right keeps every gap, so does pushing all to the left, and so does the mean
    of both, which favours no side.
    """
    right, left = list(wanted), list(wanted)
    for at in order:
        for other, gap in gaps[at].items():
            right[other] = max(right[other], right[at] + gap)
    for at in reversed(order):
        for other, gap in gaps[at].items():
            left[at] = min(left[at], left[other] - gap)
    return [(one + other) / 2 for one, other in zip(right, left, strict=True)]
