"""Layered drawing, first part: which row each box stands on, and where long lines pass the rows.

After Sugiyama's method: rows by longest path, then a hidden node wherever a line passes a row. The
lines of one box share their hidden nodes, so that one trunk goes down and branches off.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

Edge = tuple[int, int]


@dataclass
class Rows:
    """Nodes on rows, with their lines to the next row. Nodes from `real` on are hidden.

    `up` and `down` hold, per node, its neighbours on the row above and below; `dashed` those lines
    between neighbours that only give an order.
    """

    real: int
    rows: list[list[int]]
    up: list[list[int]] = field(default_factory=list)
    down: list[list[int]] = field(default_factory=list)
    dashed: set[Edge] = field(default_factory=set)

    def hidden(self, node: int) -> bool:
        """Whether the node only lets a line pass."""
        return node >= self.real

    def join(self, upper: int, lower: int, *, dashed: bool) -> None:
        """Draw a line between two nodes of neighbouring rows."""
        if lower not in self.down[upper]:
            self.down[upper].append(lower)
            self.up[lower].append(upper)
            if dashed:
                self.dashed.add((upper, lower))

    def hide(self, row: int) -> int:
        """Add a hidden node to a row and return it."""
        node = len(self.up)
        self.up.append([])
        self.down.append([])
        self.rows[row].append(node)
        return node


def without_cycles(count: int, edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges with those turned round that would close a cycle; loops are left out."""
    following: list[list[int]] = [[] for _ in range(count)]
    for upper, lower in edges:
        following[upper].append(lower)
    rank = {node: -at for at, node in enumerate(_postorder(count, following))}
    turned = ((a, b) if rank[a] < rank[b] else (b, a) for a, b in edges if a != b)
    return list(dict.fromkeys(turned))


def row_of_each(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return the row of each node: below all it needs, and otherwise where its lines are short."""
    up, down = _neighbours(count, edges)
    order = list(reversed(_postorder(count, down)))
    row = [0] * count
    for node in order:
        row[node] = max((row[above] + 1 for above in up[node]), default=0)
    for node in reversed(order):
        if len(down[node]) > len(up[node]):
            row[node] = min(row[below] for below in down[node]) - 1
    return row


def split_wide(row: Sequence[int], widest: int) -> list[int]:
    """Return new rows where none holds more than `widest` nodes: wide rows become several."""
    members: dict[int, list[int]] = {}
    for node, at in enumerate(row):
        members.setdefault(at, []).append(node)
    new = [0] * len(row)
    below = 0
    for at in sorted(members):
        nodes = members[at]
        parts = -(-len(nodes) // widest)
        for place, node in enumerate(nodes):
            new[node] = below + place * parts // len(nodes)
        below += parts
    return new


def with_trunks(row: Sequence[int], edges: Sequence[Edge], dashed: Set[Edge]) -> Rows:
    """Return the rows with a hidden node wherever a line passes a row.

    All lines that pass a row on their way to the same nodes share one hidden node: every box that
    a trunk comes from goes to every box that it leads to.
    """
    count = len(row)
    made = Rows(
        real=count,
        rows=[[] for _ in range(max(row, default=-1) + 1)],
        up=[[] for _ in range(count)],
        down=[[] for _ in range(count)],
    )
    for node, at in enumerate(row):
        made.rows[at].append(node)
    ends: dict[tuple[int, bool], list[int]] = {}
    for upper, lower in edges:
        ends.setdefault((upper, (upper, lower) in dashed), []).append(lower)
    for at in range(len(made.rows) - 1):
        _pass_on(made, row, ends, at)
    return made


def _pass_on(
    made: Rows, row: Sequence[int], ends: dict[tuple[int, bool], list[int]], at: int
) -> None:
    """Draw the lines from one row to the next; `ends` holds where each node's lines end."""
    trunks: dict[tuple[tuple[int, ...], bool], list[int]] = {}
    for node in made.rows[at]:
        for kind in (False, True):
            lowers = sorted(ends.get((node, kind), ()))
            for lower in lowers:
                if row[lower] == at + 1:
                    made.join(node, lower, dashed=kind)
            if far := tuple(lower for lower in lowers if row[lower] > at + 1):
                trunks.setdefault((far, kind), []).append(node)
    for (far, kind), uppers in trunks.items():
        trunk = made.hide(at + 1)
        ends[trunk, kind] = list(far)
        for upper in uppers:
            made.join(upper, trunk, dashed=kind)


def _neighbours(count: int, edges: Sequence[Edge]) -> tuple[list[list[int]], list[list[int]]]:
    up: list[list[int]] = [[] for _ in range(count)]
    down: list[list[int]] = [[] for _ in range(count)]
    for upper, lower in edges:
        down[upper].append(lower)
        up[lower].append(upper)
    return up, down


def _postorder(count: int, following: Sequence[Sequence[int]]) -> list[int]:
    seen = [False] * count
    done: list[int] = []
    for start in range(count - 1, -1, -1):
        done.extend(_walk(start, following, seen))
    return done


def _walk(start: int, following: Sequence[Sequence[int]], seen: list[bool]) -> Iterator[int]:
    if seen[start]:
        return
    seen[start] = True
    path = [(start, iter(following[start]))]
    while path:
        node, rest = path[-1]
        after = next((other for other in rest if not seen[other]), None)
        if after is None:
            path.pop()
            yield node
        else:
            seen[after] = True
            path.append((after, iter(following[after])))
