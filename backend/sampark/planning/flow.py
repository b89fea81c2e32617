"""Where the words in a plan come from, worked out before anything runs, and what the policy says.

A literal is the requester's. What a step opens (an attachment, a page of the web) is somebody
else's, and so is everything that is made from it.
"""

from collections.abc import Iterable, Iterator, Mapping

from sampark.domain.base import Frozen, StepKey
from sampark.domain.plan import Arg, Ref, Step
from sampark.domain.policy import Policy, Rule, is_derived, judge, stronger
from sampark.domain.tool import AnyTool, Approval, Sink
from sampark.domain.value import REQUESTER, Origin
from sampark.domain.verdict import NeedsApproval
from sampark.planning.graph import Graph
from sampark.planning.problems import PlanError, listed, show
from sampark.planning.wiring import handles
from sampark.planning.wiring_types import handle_fields

Tools = Mapping[str, AnyTool]
Taints = Mapping[StepKey, tuple[Origin, ...]]

# Enough to name in a message; a step is as derived with one foreign origin as with thousands.
_MOST = 8


class Agreement(Frozen):
    """A step that needs somebody's approval before its effect: why, and who is asked."""

    step: StepKey
    reason: str
    approval: Approval


def taints(graph: Graph, tools: Tools) -> dict[StepKey, tuple[Origin, ...]]:
    """Return, per ordered step, whose words besides the requester's its output may hold.

    At most eight origins are named; none means that the output is the requester's alone.
    """
    found: dict[StepKey, tuple[Origin, ...]] = {}
    for key in graph.order:
        step = graph.steps[key]
        refs = [ref.step for ref in step.refs() if ref.step in found]
        inherited = (origin for need in refs for origin in found[need])
        found[key] = _few([*_opened(step, tools.get(step.tool)), *inherited])
    return found


def origins(step: Step, known: Taints) -> dict[str, frozenset[Origin]]:
    """Return the origins of each argument: the requester's, and what its references bring."""
    return {name: frozenset([REQUESTER, *_foreign(arg, known)]) for name, arg in step.args.items()}


def effect_errors(step: Step, tool: AnyTool, policy: Policy, known: Taints) -> Iterator[PlanError]:
    """Yield why the policy denies the step's effect, argument by argument."""
    if tool.sink is None:
        return
    rule = policy.rule(tool.sink)
    if rule is None or rule.requester == "deny":
        yield _ungated(step, tool.sink, policy)
        return
    for name, known_origins in origins(step, known).items():
        if rule.decide(name, known_origins) == "deny":
            yield _denied(step, rule, name, known_origins)


def agreement(step: Step, tool: AnyTool, policy: Policy, known: Taints) -> Agreement | None:
    """Return the approval that the step's effect needs, or None.

    The effect must be one that `effect_errors` finds nothing against.
    """
    rule = None if tool.sink is None else policy.rule(tool.sink)
    if rule is None:
        return None
    verdict = judge(policy, rule.sink, origins(step, known), approval=tool.approval)
    if not isinstance(verdict, NeedsApproval):
        return None
    # At least by mail: a row that says "ask" and names nobody still asks the requester.
    who = stronger(stronger(rule.approval, tool.approval), Approval.MAIL)
    return Agreement(step=step.key, reason=verdict.reason, approval=who)


def _opened(step: Step, tool: AnyTool | None) -> Iterator[Origin]:
    # A tool that nobody knows is taken as the worst: its output is a stranger's.
    if tool is None:
        yield Origin(kind="attachment")
    elif handle_fields(tool.input):
        named = [handle for _, handle in handles(step, tool)]
        yield from (Origin(kind="attachment", ref=handle) for handle in named[:_MOST] or [""])
    elif tool.sink is Sink.WEB_FETCH:
        yield Origin(kind="web")


def _few(found: Iterable[Origin]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(found))[:_MOST]


def _foreign(arg: Arg, known: Taints) -> Iterator[Origin]:
    match arg:
        case Ref():
            yield from known.get(arg.step, ())
        case tuple() | list():
            for item in arg:
                yield from _foreign(item, known)
        case _:
            return


def _ungated(step: Step, sink: Sink, policy: Policy) -> PlanError:
    allowed = [rule.sink.value for rule in policy.rules if rule.requester != "deny"]
    return PlanError(
        kind="UngatedEffect",
        step=step.key,
        problem=f"{show(step.tool)} reaches {sink.value}, which no rule of the policy allows.",
        fix=f"Leave the step out, or use a tool for: {listed(allowed)}."
        if allowed
        else "Leave the step out.",
    )


def _denied(step: Step, rule: Rule, name: str, known: frozenset[Origin]) -> PlanError:
    sink = rule.sink.value
    if not is_derived(known):
        return PlanError(
            kind="UngatedEffect",
            step=step.key,
            arg=name,
            problem=f"The policy never allows {show(name)} for {sink}.",
            fix="Leave the argument out.",
        )
    strangers = sorted(str(origin) for origin in known if origin != REQUESTER)
    return PlanError(
        kind="UntrustedArg",
        step=step.key,
        arg=name,
        problem=f"{show(name)} decides what {sink} does, but comes from {listed(strangers)}.",
        fix="Write it out as the requester wrote it, instead of taking it from another step.",
    )
