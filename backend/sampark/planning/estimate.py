"""What a plan will take: seconds along its critical path, model tokens and money in all.

A step's own figures count first, then its tool's prior. `learned` replaces priors by what an
installation has seen itself.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import quantiles

from sampark.domain.base import Frozen, StepKey
from sampark.domain.plan import Estimate, Step
from sampark.domain.tool import AnyTool, Prior
from sampark.planning.graph import Graph

Tools = Mapping[str, AnyTool]

ENOUGH = 5  # observations before a tool's history outweighs its prior
_MOST = 1e9  # seconds or USD of one step: sums stay finite


class PlanEstimate(Frozen):
    """A plan's figures, and the steps that decide how long it takes, from first to last.

    `total.p50` and `total.p90` are seconds along the slowest chain of needs, as if every step had a
    worker of its own; waiting for a date does not count. p90 adds up the steps' own p90, so that it
    is a cautious figure: not all steps of a chain are slow at once. Tokens and USD are sums.
    """

    total: Estimate
    critical_path: tuple[StepKey, ...]


def of_step(step: Step, tools: Tools) -> Estimate:
    """Return a step's figures: its own, else its tool's prior, else nothing.

    A figure that is no number, or below zero, counts as none; p90 is never below p50.
    """
    tool = tools.get(step.tool)
    own = step.estimate
    prior = Prior(0.0, 0.0) if tool is None else tool.prior
    timed = own if own.p50 or own.p90 else prior
    priced = own if own.tokens or own.usd else prior
    p50 = _sane(timed.p50)
    return Estimate(
        p50=p50,
        p90=max(p50, _sane(timed.p90)),
        tokens=max(0, priced.tokens),
        usd=_sane(priced.usd),
    )


def of_plan(graph: Graph, tools: Tools) -> PlanEstimate:
    """Return the figures of all ordered steps of a plan together."""
    figures = {key: of_step(graph.steps[key], tools) for key in graph.order}
    finish, before = _walk(graph, {key: figure.p50 for key, figure in figures.items()})
    late, _ = _walk(graph, {key: figure.p90 for key, figure in figures.items()})
    return PlanEstimate(
        total=Estimate(
            p50=max(finish.values(), default=0.0),
            p90=max(late.values(), default=0.0),
            tokens=sum(figure.tokens for figure in figures.values()),
            usd=sum(figure.usd for figure in figures.values()),
        ),
        critical_path=_path(finish, before),
    )


def finishes(
    graph: Graph, tools: Tools, not_before: Mapping[StepKey, float]
) -> Mapping[StepKey, float]:
    """Return when each ordered step will likely be done, in seconds from the start.

    `not_before` holds the steps that wait for a date, in seconds from the start.
    """
    seconds = {key: of_step(graph.steps[key], tools).p50 for key in graph.order}
    return _walk(graph, seconds, not_before)[0]


def learned(tools: Tools, history: Mapping[str, Sequence[float]]) -> dict[str, AnyTool]:
    """Return the tools with priors from the seconds that earlier calls took, by tool name.

    A tool with fewer than five observations keeps the prior it came with. Tokens and USD stay.
    """
    return {name: _learned(tool, history.get(name, ())) for name, tool in tools.items()}


def _learned(tool: AnyTool, seconds: Iterable[float]) -> AnyTool:
    seen = [second for second in seconds if math.isfinite(second) and second >= 0]
    if len(seen) < ENOUGH:
        return tool
    deciles = quantiles(seen, n=10, method="inclusive")
    return replace(tool, prior=replace(tool.prior, p50=deciles[4], p90=deciles[8]))


def _walk(
    graph: Graph,
    seconds: Mapping[StepKey, float],
    not_before: Mapping[StepKey, float] | None = None,
) -> tuple[dict[StepKey, float], dict[StepKey, StepKey]]:
    """Return when each step is done, and which need was done last before it."""
    finish: dict[StepKey, float] = {}
    before: dict[StepKey, StepKey] = {}
    for key in graph.order:
        start = 0.0
        for need in graph.needs[key]:
            if key not in before or finish[need] > start:
                start, before[key] = finish[need], need
        finish[key] = max(start + seconds[key], (not_before or {}).get(key, 0.0))
    return finish, before


def _path(
    finish: Mapping[StepKey, float], before: Mapping[StepKey, StepKey]
) -> tuple[StepKey, ...]:
    if not finish:
        return ()
    path = [max(finish, key=finish.__getitem__)]
    while path[-1] in before:
        path.append(before[path[-1]])
    return tuple(reversed(path))


def _sane(figure: float) -> float:
    return min(figure, _MOST) if figure > 0 else 0.0
