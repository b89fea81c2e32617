"""Which steps of a plan made anew ask for just what a step of the former plan did."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from sampark.domain.base import StepKey, fingerprint
from sampark.domain.plan import Arg, Plan, Ref, Step, write_arg


def unchanged(before: Plan, plan: Plan) -> dict[StepKey, StepKey]:
    """Return the former key of each such step, by its key now.

    Two steps ask for the same when tool, arguments and order are the same, and so are the steps
    that they take something from; keys and titles do not matter.
    """
    former = {print_: key for key, print_ in _prints(before).items()}
    return {key: former[print_] for key, print_ in _prints(plan).items() if print_ in former}


def _prints(plan: Plan) -> Mapping[StepKey, str]:
    """Return a fingerprint of each step and all that it stands on; its needs come first."""
    found: dict[StepKey, str] = {}
    left = list(plan.steps)
    while left:
        ready = [step for step in left if step.needs <= found.keys()]
        if not ready:
            return found  # the compiler lets no cycle through
        found.update({step.key: _print(step, found) for step in ready})
        left = [step for step in left if step.key not in found]
    return found


def _print(step: Step, known: Mapping[StepKey, str]) -> str:
    args: JsonValue = {name: _plain(arg, known.__getitem__) for name, arg in step.args.items()}
    after: JsonValue = [*sorted(known[key] for key in step.after)]
    return fingerprint({"tool": step.tool, "args": args, "after": after})


def _plain(arg: Arg, known: Callable[[StepKey], str]) -> JsonValue:
    match arg:
        case Ref():
            return {"step": known(arg.step), "field": arg.field}
        case tuple() | list():
            return [_plain(item, known) for item in arg]
        case _:
            return write_arg(arg)
