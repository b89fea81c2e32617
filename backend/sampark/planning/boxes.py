"""What stands in each box of a plan's picture, in words, before anything is drawn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, Step
from sampark.domain.run import StepRun, StepStatus
from sampark.planning.fold import Group
from sampark.planning.graph import Graph
from sampark.planning.look import LOOKS, Standing
from sampark.planning.text_fit import clean

Runs = Mapping[str, StepRun]

_LISTED = 12
# The first of these among the steps of one box is how the box looks.
_LOUDEST: tuple[Standing, ...] = (
    StepStatus.FAILED,
    StepStatus.APPROVAL,
    StepStatus.RUNNING,
    StepStatus.WAITING,
    StepStatus.QUEUED,
    StepStatus.DONE,
    StepStatus.SKIPPED,
    "planned",
)


@dataclass(frozen=True)
class Box:
    """One box: a step, or several steps folded into one.

    `parts` are the pieces of its second line: key, tool, time; `label` is its number in the list
    of steps; `tip` is all that is known, for a tooltip.
    """

    keys: tuple[StepKey, ...]
    title: str
    parts: tuple[str, ...]
    standing: Standing
    label: str
    tip: str
    delivers: bool


def boxes(plan: Plan, graph: Graph, groups: Sequence[Group], runs: Runs) -> list[Box]:
    """Return the boxes of a plan, one per group of steps."""
    numbers = {key: str(number) for number, key in enumerate(graph.steps, 1)}
    delivered = {ref.step for ref in plan.deliverables}
    return [
        _of_step(graph.steps[group[0]], runs, numbers[group[0]], delivers=group[0] in delivered)
        if len(group) == 1
        else _of_group(group, graph, runs, delivers=not delivered.isdisjoint(group))
        for group in groups
    ]


def standing(key: StepKey, runs: Runs) -> Standing:
    """Return where a step stands; all are planned as long as nothing has begun."""
    if not runs:
        return "planned"
    return runs[key].status if key in runs else StepStatus.QUEUED


def took(step: Step, run: StepRun | None) -> str:
    """Return what a step took, or may take, in words: "0.4 s, USD 0.02", "about 2.0 s"."""
    if run is not None and run.finished_at is not None:
        paid = f"USD {run.usd:.2f}" if run.usd >= 0.005 else ""
        return ", ".join(part for part in (duration(run.seconds), paid) if part)
    expected = step.estimate.p50
    return f"about {duration(expected)}" if 0 < expected < 1e9 else ""


def duration(seconds: float) -> str:
    """Return a time as a person says it: "0.4 s", "12 s", "3.5 min", "2.1 h", "4.0 days"."""
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    for limit, unit_seconds, unit in ((3570, 60, "min"), (84_600, 3600, "h")):
        if seconds < limit:
            return f"{seconds / unit_seconds:.1f} {unit}"
    return f"{seconds / 86_400:.1f} days"


def _of_step(step: Step, runs: Runs, number: str, *, delivers: bool) -> Box:
    run = runs.get(step.key)
    now = standing(step.key, runs)
    title = clean(step.title) or clean(step.key) or "step"
    time = took(step, run)
    parts = tuple(part for part in (clean(step.key), clean(step.tool), time) if part)
    error = clean(run.error.message) if run is not None and run.error is not None else ""
    tip = [f"{title}: {LOOKS[now].word}", " · ".join(parts), error]
    return Box(
        keys=(step.key,),
        title=title,
        parts=parts,
        standing=now,
        label=number,
        tip="\n".join(line for line in tip if line),
        delivers=delivers,
    )


def _of_group(group: Group, graph: Graph, runs: Runs, *, delivers: bool) -> Box:
    counts = Counter(standing(key, runs) for key in group)
    present: list[Standing] = [now for now in _LOUDEST if counts[now]]
    title = ", ".join(f"{counts[now]} {LOOKS[now].word}" for now in reversed(present))
    seconds = sum(runs[key].seconds for key in group if key in runs)
    titles = [clean(graph.steps[key].title) for key in group[:_LISTED]]
    more = [f"and {len(group) - _LISTED} more"] if len(group) > _LISTED else []
    return Box(
        keys=group,
        title=title,
        parts=(f"{duration(seconds)} of work",) if seconds else (),
        standing=present[0],
        label="",
        tip="\n".join([title, *titles, *more]),
        delivers=delivers,
    )
