"""A plan as a graph: what needs what, in which order, and where it runs in a circle.

Nothing here recurses, so that thousands of steps in one chain are as good as any. Wherever there
is a choice the plan's own order decides, so that the same plan always gives the same answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, Step

Edges = Mapping[StepKey, tuple[StepKey, ...]]


@dataclass(frozen=True)
class Graph:
    """The steps by key (the first of each key) and their edges, both ways, in the plan's order.

    `order` holds every step after those it needs; steps in a cycle, or behind one, are not in it.
    References to steps that do not exist are left out.
    """

    steps: Mapping[StepKey, Step]
    needs: Edges
    dependents: Edges
    order: tuple[StepKey, ...]

    @classmethod
    def of(cls, plan: Plan) -> "Graph":
        """Return the graph of any plan, also of one that does not compile."""
        steps: dict[StepKey, Step] = {}
        for step in plan.steps:
            steps.setdefault(step.key, step)
        index = {key: at for at, key in enumerate(steps)}
        needs: Edges = {
            key: tuple(sorted(step.needs & index.keys(), key=index.__getitem__))
            for key, step in steps.items()
        }
        dependents = _turned(needs)
        return cls(steps, needs, dependents, _ordered(needs, dependents, index))

    def levels(self) -> tuple[tuple[StepKey, ...], ...]:
        """Return the ordered steps by level: each one level after the last step that it needs."""
        rows: list[list[StepKey]] = []
        level: dict[StepKey, int] = {}
        for key in self.order:
            level[key] = max((level[need] + 1 for need in self.needs[key]), default=0)
            if level[key] == len(rows):
                rows.append([])
            rows[level[key]].append(key)
        return tuple(tuple(row) for row in rows)

    def needed_by(self, keys: Iterable[StepKey]) -> frozenset[StepKey]:
        """Return these steps and all that they need, directly or through others."""
        return frozenset(_reach(keys, self.needs, set()))

    def cycles(self) -> tuple[tuple[StepKey, ...], ...]:
        """Return one cycle of every knot of steps: each step needs the next, the last the first."""
        finished = set(self.order)
        knots = _knots([key for key in self.steps if key not in finished], self)
        cycles = [_cycle(knot, self.needs) for knot in knots if len(knot) > 1 or self._own(knot[0])]
        index = {key: at for at, key in enumerate(self.steps)}
        return tuple(sorted(cycles, key=lambda cycle: index[cycle[0]]))

    def _own(self, key: StepKey) -> bool:
        return key in self.needs[key]


def _turned(needs: Edges) -> Edges:
    dependents: dict[StepKey, list[StepKey]] = {key: [] for key in needs}
    for key, before in needs.items():
        for need in before:
            dependents[need].append(key)
    return {key: tuple(after) for key, after in dependents.items()}


def _ordered(needs: Edges, dependents: Edges, index: Mapping[StepKey, int]) -> tuple[StepKey, ...]:
    keys = list(index)
    open_needs = {key: len(before) for key, before in needs.items()}
    ready = [index[key] for key in keys if not open_needs[key]]
    heapify(ready)
    order: list[StepKey] = []
    while ready:
        key = keys[heappop(ready)]
        order.append(key)
        for after in dependents[key]:
            open_needs[after] -= 1
            if not open_needs[after]:
                heappush(ready, index[after])
    return tuple(order)


def _reach(starts: Iterable[StepKey], edges: Edges, seen: set[StepKey]) -> list[StepKey]:
    """Walk from the starts and return what was not seen before; `seen` grows."""
    found: list[StepKey] = []
    waiting = [key for key in starts if key in edges]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            found.append(key)
            waiting.extend(edges[key])
    return found


def _knots(keys: list[StepKey], graph: Graph) -> list[list[StepKey]]:
    """Return the strongly connected components among these steps (Kosaraju's two walks)."""
    inside = set(keys)
    seen = set(graph.steps) - inside
    finished: list[StepKey] = []
    for key in keys:
        finished.extend(_postorder(key, graph.needs, seen))
    seen = set(graph.steps) - inside
    index = {key: at for at, key in enumerate(keys)}
    knots = [_reach([key], graph.dependents, seen) for key in reversed(finished)]
    return [sorted(knot, key=index.__getitem__) for knot in knots if knot]


def _postorder(start: StepKey, edges: Edges, seen: set[StepKey]) -> Iterator[StepKey]:
    if start in seen:
        return
    seen.add(start)
    path = [(start, iter(edges[start]))]
    while path:
        key, rest = path[-1]
        following = next((after for after in rest if after not in seen), None)
        if following is None:
            path.pop()
            yield key
        else:
            seen.add(following)
            path.append((following, iter(edges[following])))


def _cycle(knot: list[StepKey], needs: Edges) -> tuple[StepKey, ...]:
    """Follow the first need inside the knot until a step comes again; start at the plan's first."""
    inside = set(knot)
    at: dict[StepKey, int] = {}
    path: list[StepKey] = []
    key = knot[0]
    while key not in at:
        at[key] = len(path)
        path.append(key)
        key = next(need for need in needs[key] if need in inside)
    ring = path[at[key] :]
    order = {member: place for place, member in enumerate(knot)}
    first = min(range(len(ring)), key=lambda place: order[ring[place]])
    return tuple(ring[first:] + ring[:first])
