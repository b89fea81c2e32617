"""The compiler: a plan goes in, a checked plan comes out, or every reason why it does not compile.

Nothing is run, opened or asked. All errors are found at once, in the order of the plan's steps.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sampark.domain.base import Frozen, StepKey
from sampark.domain.plan import Estimate, Plan, Ref, Step
from sampark.domain.policy import Policy, stronger
from sampark.domain.tool import AnyTool, Approval
from sampark.planning import estimate, flow, limits
from sampark.planning.arguments import arg_errors, ref_errors
from sampark.planning.graph import Graph
from sampark.planning.problems import KINDS, PlanError, did_you_mean, show
from sampark.planning.wiring import Wiring, ref_problem

Tools = Mapping[str, AnyTool]


class CheckedPlan(Frozen):
    """A plan that compiles, with what was worked out on the way.

    Attributes:
        plan: the plan as it was given.
        order: the keys of its steps, each after those it needs; the plan's own order otherwise.
        levels: the same keys by level: a step stands one level after the last step it needs.
        estimate: seconds along the critical path, tokens and USD in all.
        critical_path: the steps that decide how long it takes, from first to last.
        approvals: the steps that act only once somebody agreed, each with the reason.
        approval: the strongest approval among them; `Approval.NONE` when there is none.
    """

    plan: Plan
    order: tuple[StepKey, ...]
    levels: tuple[tuple[StepKey, ...], ...]
    estimate: Estimate
    critical_path: tuple[StepKey, ...]
    approvals: tuple[tuple[StepKey, str], ...] = ()
    approval: Approval = Approval.NONE


def check(
    plan: Plan,
    tools: Tools,
    policy: Policy,
    *,
    now: datetime | None = None,
    deadline: datetime | None = None,
    budget_usd: float | None = None,
) -> CheckedPlan | list[PlanError]:
    """Compile a plan.

    Args:
        plan: any plan, also one that makes no sense; nothing in it makes this raise.
        tools: what steps may call, by name.
        policy: what effects may happen with whose words.
        now: the present moment, timezone-aware; with `deadline` it allows PastDeadline.
        deadline: when the last step must be done, timezone-aware.
        budget_usd: what the plan may cost, in USD.

    Returns:
        The checked plan, or at least one error: sorted by step, then by kind.
    """
    graph = Graph.of(plan)
    wiring = Wiring.of(plan, graph.steps, tools)
    known = flow.taints(graph, tools)
    figures = estimate.of_plan(graph, tools)
    errors = [
        *_plan_errors(plan, graph, wiring, policy),
        *(error for step in plan.steps for error in _step_errors(step, wiring)),
        *_effect_errors(graph, tools, policy, known),
        *limits.over_budget(figures.total, budget_usd),
    ]
    if now is not None and deadline is not None:
        errors += limits.past_deadline(graph, tools, now, deadline)
    if errors:
        return _sorted(errors, plan)
    agreements = list(_agreements(graph, tools, policy, known))
    return CheckedPlan(
        plan=plan,
        order=graph.order,
        levels=graph.levels(),
        estimate=figures.total,
        critical_path=figures.critical_path,
        approvals=tuple((item.step, item.reason) for item in agreements),
        approval=_strongest(agreements),
    )


def _sorted(errors: list[PlanError], plan: Plan) -> list[PlanError]:
    place = {step.key: at for at, step in reversed(list(enumerate(plan.steps)))}
    unique = list(dict.fromkeys(errors))
    return sorted(unique, key=lambda error: (place.get(StepKey(error.step), -1), _rank(error)))


def _rank(error: PlanError) -> int:
    return KINDS.index(error.kind)


def _strongest(agreements: list[flow.Agreement]) -> Approval:
    strongest = Approval.NONE
    for item in agreements:
        strongest = stronger(strongest, item.approval)
    return strongest


def _plan_errors(plan: Plan, graph: Graph, wiring: Wiring, policy: Policy) -> Iterator[PlanError]:
    yield from _duplicates(plan)
    yield from limits.too_many(plan, policy)
    yield from _cycles(graph)
    yield from _deliverables(plan, graph, wiring)
    yield from _unused(plan, graph, wiring.tools)


def _duplicates(plan: Plan) -> Iterator[PlanError]:
    seen: set[StepKey] = set()
    for place, step in enumerate(plan.steps, 1):
        if step.key in seen:
            yield PlanError(
                kind="DuplicateKey",
                step=step.key,
                problem=f"Step {place} has the key {show(step.key)} of an earlier step.",
                fix="Give each step its own key.",
            )
        seen.add(step.key)


def _cycles(graph: Graph) -> Iterator[PlanError]:
    for cycle in graph.cycles():
        ring = " needs ".join(show(key) for key in _short((*cycle, cycle[0])))
        yield PlanError(
            kind="Cycle",
            step=cycle[0],
            problem=f"The steps wait for each other: {ring}.",
            fix=f"Let {show(cycle[-1])} not need {show(cycle[0])}.",
        )


def _short(ring: tuple[str, ...]) -> tuple[str, ...]:
    return ring if len(ring) <= 12 else (*ring[:6], "…", *ring[-5:])


def _deliverables(plan: Plan, graph: Graph, wiring: Wiring) -> Iterator[PlanError]:
    if not plan.deliverables and not any(_acts(step, wiring.tools) for step in plan.steps):
        yield PlanError(
            kind="UnreachableDeliverable",
            problem="The plan delivers nothing and has no effect.",
            fix="Name at least one output as a deliverable.",
        )
    reached = set(graph.order)
    for ref in plan.deliverables:
        if problem := ref_problem(ref, wiring):
            yield _unreachable(ref, *problem)
        elif ref.step not in reached:
            fix = "Untie the steps that wait for each other."
            yield _unreachable(ref, f"{show(ref.step)} waits in, or behind, a cycle.", fix)


def _unreachable(ref: Ref, problem: str, fix: str) -> PlanError:
    name = f"{show(ref.step)}.{show(ref.field)}"
    return PlanError(
        kind="UnreachableDeliverable",
        problem=f"The deliverable {name} is never made: {problem}",
        fix=fix,
    )


def _acts(step: Step, tools: Tools) -> bool:
    """Whether a step is worth running for itself. A tool that nobody knows might be."""
    tool = tools.get(step.tool)
    return tool is None or tool.sink is not None or tool.waits


def _unused(plan: Plan, graph: Graph, tools: Tools) -> Iterator[PlanError]:
    wanted = [ref.step for ref in plan.deliverables]
    wanted += [key for key, step in graph.steps.items() if _acts(step, tools)]
    used = graph.needed_by(wanted)
    for key in graph.steps:
        if key not in used:
            yield PlanError(
                kind="UnusedStep",
                step=key,
                problem=f"Nothing that {show(key)} makes reaches a deliverable or an effect.",
                fix="Deliver one of its outputs, wire it to a step, or leave it out.",
            )


def _step_errors(step: Step, wiring: Wiring) -> Iterator[PlanError]:
    tool = wiring.tools.get(step.tool)
    if tool is None:
        yield PlanError(
            kind="UnknownTool",
            step=step.key,
            problem=f"There is no tool {show(step.tool)}.",
            fix=did_you_mean(step.tool, sorted(wiring.tools), called="The tools are"),
        )
    else:
        yield from arg_errors(step, tool, wiring)
    yield from ref_errors(step, wiring)


def _effect_errors(
    graph: Graph, tools: Tools, policy: Policy, known: flow.Taints
) -> Iterator[PlanError]:
    for step in graph.steps.values():
        if step.tool in tools:
            yield from flow.effect_errors(step, tools[step.tool], policy, known)


def _agreements(
    graph: Graph, tools: Tools, policy: Policy, known: flow.Taints
) -> Iterator[flow.Agreement]:
    for key in graph.order:
        step = graph.steps[key]
        if found := flow.agreement(step, tools[step.tool], policy, known):
            yield found
