"""What bounds a plan as a whole: the number of its steps, its price, the time it may take."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sampark.domain.base import StepKey
from sampark.domain.plan import Estimate, Plan
from sampark.domain.policy import Policy
from sampark.domain.tool import AnyTool
from sampark.planning import estimate
from sampark.planning.graph import Graph
from sampark.planning.problems import PlanError

Tools = Mapping[str, AnyTool]


def too_many(plan: Plan, policy: Policy) -> Iterator[PlanError]:
    """Yield TooManySteps. A plan that a model wrote has the tighter limit."""
    by_model = plan.origin.kind == "model"
    most = min(policy.max_steps, policy.max_model_steps) if by_model else policy.max_steps
    if len(plan.steps) > most:
        yield PlanError(
            kind="TooManySteps",
            problem=f"The plan has {len(plan.steps)} steps; the policy allows {most}.",
            fix="Do more in one step, or split the task into several.",
        )


def over_budget(total: Estimate, budget_usd: float | None) -> Iterator[PlanError]:
    """Yield OverBudget when a plan with these figures costs more than the budget, in USD."""
    if budget_usd is not None and total.usd > budget_usd:
        yield PlanError(
            kind="OverBudget",
            problem=f"It would cost about USD {total.usd:.2f}; the budget is USD {budget_usd:.2f}.",
            fix="Leave out steps that cost, or ask for a larger budget.",
        )


def past_deadline(
    graph: Graph, tools: Tools, now: datetime, deadline: datetime
) -> Iterator[PlanError]:
    """Yield PastDeadline at the first step that will likely (p50) be done too late.

    A step that waits for a moment written in the plan is done at that moment.
    """
    left = (deadline - now).total_seconds()
    waits = dict(_waits(graph, tools, now))
    finish = estimate.finishes(graph, tools, waits)
    late = next((key for key, seconds in finish.items() if seconds > left), None)
    if late is not None:
        end_of_time = (datetime.max.replace(tzinfo=UTC) - now).total_seconds() - 86_400
        done = now + timedelta(seconds=min(finish[late], end_of_time))
        yield PlanError(
            kind="PastDeadline",
            step=late,
            problem=f"It would be done at {done:%Y-%m-%d %H:%M %Z}; {_by(deadline)}.",
            fix="Ask for more time, or leave out what takes long.",
        )


def _by(deadline: datetime) -> str:
    return f"the deadline is {deadline:%Y-%m-%d %H:%M %Z}"


def _waits(graph: Graph, tools: Tools, now: datetime) -> Iterator[tuple[StepKey, float]]:
    """Yield the steps that wait until a moment the plan itself names, in seconds from now."""
    for key in graph.order:
        step = graph.steps[key]
        tool = tools.get(step.tool)
        if tool is None or not tool.waits:
            continue
        for literal in step.args.values():
            until = _moment(literal)
            if until is not None:
                yield key, (until - now).total_seconds()


def _moment(literal: object) -> datetime | None:
    if not isinstance(literal, str):
        return None
    try:
        moment = datetime.fromisoformat(literal)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
