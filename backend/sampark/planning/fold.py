"""Fold a large plan: finished parts become one box, so that what matters now can be read."""

from collections.abc import Mapping, Sequence, Set

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan
from sampark.domain.run import StepRun, StepStatus
from sampark.planning.graph import Graph

_SETTLED = {StepStatus.DONE, StepStatus.SKIPPED}
_URGENT = {StepStatus.FAILED, StepStatus.RUNNING, StepStatus.APPROVAL, StepStatus.WAITING}

Group = tuple[StepKey, ...]


def unfolded(graph: Graph) -> list[Group]:
    """Return every step as a group of its own."""
    return [(key,) for key in graph.steps]


def folded(plan: Plan, graph: Graph, runs: Mapping[str, StepRun]) -> list[Group]:
    """Return the steps in groups: finished or skipped steps that hang together are one.

    Deliverables stay, and so do the neighbours of what failed, runs or waits. Groups never need
    each other in a circle: a step joins only those with as many unfolded steps before it.
    """
    shown = _shown(plan, graph, runs)
    depth: dict[StepKey, int] = {}
    for key in graph.order:
        before = ((depth[need] + (need in shown)) for need in graph.needs[key])
        depth[key] = max(before, default=0)
    groups: dict[StepKey, list[StepKey]] = {}
    leader: dict[StepKey, StepKey] = {}
    for key in graph.steps:
        if key not in leader:
            for member in _together(key, graph, shown, depth):
                leader[member] = key
        groups.setdefault(leader[key], []).append(key)
    return [tuple(group) for group in groups.values()]


def _shown(plan: Plan, graph: Graph, runs: Mapping[str, StepRun]) -> frozenset[StepKey]:
    shown = {ref.step for ref in plan.deliverables} | (graph.steps.keys() - set(graph.order))
    for key in graph.steps:
        status = runs[key].status if key in runs else StepStatus.QUEUED
        if status not in _SETTLED:
            shown.add(key)
        if status in _URGENT:
            shown.update(graph.needs[key])
            shown.update(graph.dependents[key])
    return frozenset(shown)


def _together(
    start: StepKey, graph: Graph, shown: Set[StepKey], depth: Mapping[StepKey, int]
) -> Sequence[StepKey]:
    if start in shown:
        return [start]
    seen = {start}
    waiting = [start]
    for key in waiting:
        for other in (*graph.needs[key], *graph.dependents[key]):
            if other not in seen and other not in shown and depth[other] == depth[start]:
                seen.add(other)
                waiting.append(other)
    return waiting
