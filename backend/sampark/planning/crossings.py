"""Layered drawing, second part: the order of the nodes on each row, with few lines crossing.

Sweeps down and up put each node at the mean place of its neighbours; then nodes beside each other
change places where that saves a crossing. The best order of all sweeps is kept.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence

from sampark.planning.layers import Rows

SWEEPS = 16
# Above this many nodes the exchange of neighbours costs more time than the look is worth.
_EXCHANGED = 700


def order(rows: Rows) -> None:
    """Put the nodes of every row into an order with few crossings, in place."""
    _start(rows)
    best = [list(row) for row in rows.rows]
    fewest = crossings(rows)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        _sweep(rows, downwards=sweep % 2 == 0)
        if len(rows.up) <= _EXCHANGED:
            _exchange(rows)
        now = crossings(rows)
        if now < fewest:
            fewest, best = now, [list(row) for row in rows.rows]
    rows.rows[:] = best


def crossings(rows: Rows) -> int:
    """Return how many pairs of lines cross."""
    place = places(rows)
    return sum(_crossings(row, rows.down, place) for row in rows.rows[:-1])


def places(rows: Rows) -> list[int]:
    """Return where each node stands on its row."""
    place = [0] * len(rows.up)
    for row in rows.rows:
        for at, node in enumerate(row):
            place[node] = at
    return place


def _crossings(row: Sequence[int], down: Sequence[Sequence[int]], place: Sequence[int]) -> int:
    ends: list[int] = []
    count = 0
    for node in row:
        targets = sorted(place[below] for below in down[node])
        for target in targets:
            count += len(ends) - bisect_left(ends, target + 1)
        for target in targets:
            insort(ends, target)
    return count


def _start(rows: Rows) -> None:
    """Order each row by its neighbours above; a trunk goes down amid the boxes beside it."""
    place = [float(at) for at in places(rows)]
    for row in rows.rows:
        together: dict[float, list[int]] = {}
        for node in row:
            together.setdefault(_mean(node, rows.up[node], place), []).append(node)
        row[:] = [node for mean in sorted(together) for node in _amid(rows, together[mean])]
        for at, node in enumerate(row):
            place[node] = float(at)


def _amid(rows: Rows, nodes: Sequence[int]) -> list[int]:
    boxes = [node for node in nodes if not rows.hidden(node)]
    half = (len(boxes) + 1) // 2
    return [*boxes[:half], *(node for node in nodes if rows.hidden(node)), *boxes[half:]]


def _sweep(rows: Rows, *, downwards: bool) -> None:
    place: list[float] = [float(at) for at in places(rows)]
    neighbours = rows.up if downwards else rows.down
    indices = range(1, len(rows.rows)) if downwards else range(len(rows.rows) - 2, -1, -1)
    for index in indices:
        row = rows.rows[index]
        wanted = {node: _mean(node, neighbours[node], place) for node in row}
        row.sort(key=wanted.__getitem__)
        for at, node in enumerate(row):
            place[node] = float(at)


def _mean(node: int, neighbours: Sequence[int], place: Sequence[float]) -> float:
    if not neighbours:
        return place[node]
    return sum(place[other] for other in neighbours) / len(neighbours)


def _exchange(rows: Rows) -> None:
    place = places(rows)
    for _ in range(4):
        changed = False
        for row in rows.rows:
            for at in range(len(row) - 1):
                left, right = row[at], row[at + 1]
                if _saved(rows, left, right, place) > 0:
                    row[at], row[at + 1] = right, left
                    place[left], place[right] = at + 1, at
                    changed = True
        if not changed:
            return


def _saved(rows: Rows, left: int, right: int, place: Sequence[int]) -> int:
    """Return how many crossings fewer there are when two neighbours change places."""
    saved = 0
    for side in (rows.up, rows.down):
        for one in side[left]:
            for other in side[right]:
                saved += (place[one] > place[other]) - (place[one] < place[other])
    return saved
