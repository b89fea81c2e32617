"""Edits of a plan. Each gives the next version, whose `parent` is the hash of the one before."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TypedDict, Unpack

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, PlanOrigin, Ref, Step
from sampark.errors import PlanRefused

NOTEBOOK = PlanOrigin(kind="person", name="notebook")


class Parts(TypedDict, total=False):
    """The parts of a plan that an edit may put in place of the old ones."""

    goal: str
    steps: tuple[Step, ...]
    deliverables: tuple[Ref, ...]


def revised(plan: Plan, **parts: Unpack[Parts]) -> Plan:
    """Return the next version of the plan, with these parts changed."""
    lineage = {"version": plan.version + 1, "parent": plan.hash, "origin": NOTEBOOK}
    return plan.model_copy(update={**parts, **lineage})


def with_step(plan: Plan, step: Step, *, deliver: Iterable[Ref] = ()) -> Plan:
    """Return the plan with the step in place of the one of its key, or at the end."""
    steps = [step if each.key == step.key else each for each in plan.steps]
    if not any(each.key == step.key for each in plan.steps):
        steps.append(step)
    wanted = dict.fromkeys((*plan.deliverables, *deliver))
    return revised(plan, steps=tuple(steps), deliverables=tuple(wanted))


def reworded(step: Step, args: Mapping[str, object]) -> Step:
    """Return the step with these arguments changed; its title follows where it names what changed."""
    title = step.title
    for name, new in args.items():
        old = step.args.get(name)
        if isinstance(old, str) and isinstance(new, str) and old and new:
            title = re.sub(
                rf"(?<!\w){re.escape(old)}(?!\w)", lambda _, new=new: new, title, count=1
            )
    return step.model_copy(update={"args": {**step.args, **args}, "title": title})


def without(plan: Plan, keys: Collection[str]) -> Plan:
    """Return the plan without these steps. What refers to them stays, for the compiler to name.

    Raises:
        PlanRefused: The plan has no step of that key.
    """
    for key in keys:
        known(plan, key)
    return revised(plan, steps=tuple(step for step in plan.steps if step.key not in keys))


def renamed(plan: Plan, old: str, new: str) -> Plan:
    """Return the plan with a step under another key; every reference follows.

    Raises:
        PlanRefused: The plan has no step `old`, or has a step `new` already.
    """
    known(plan, old)
    if any(step.key == new for step in plan.steps):
        raise PlanRefused(f"The plan has a step {new!r} already.", fix="Choose another key.")
    return revised(
        plan,
        steps=tuple(_renamed_step(step, old, new) for step in plan.steps),
        deliverables=tuple(_renamed_ref(ref, old, new) for ref in plan.deliverables),
    )


def known(plan: Plan, key: str) -> Step:
    """Return the step of that key; raises PlanRefused naming those there are."""
    try:
        return plan.step(key)
    except KeyError:
        keys = ", ".join(step.key for step in plan.steps)
        raise PlanRefused(f"The plan has no step {key!r}.", fix=f"It has: {keys}.") from None


def _renamed_step(step: Step, old: str, new: str) -> Step:
    return step.model_copy(
        update={
            "key": StepKey(new) if step.key == old else step.key,
            "args": {name: _renamed_arg(arg, old, new) for name, arg in step.args.items()},
            "after": tuple(StepKey(new) if key == old else key for key in step.after),
        }
    )


def _renamed_arg(arg: object, old: str, new: str) -> object:
    if isinstance(arg, Ref):
        return _renamed_ref(arg, old, new)
    if isinstance(arg, tuple):
        items: tuple[object, ...] = arg
        return tuple(_renamed_arg(item, old, new) for item in items)
    return arg


def _renamed_ref(ref: Ref, old: str, new: str) -> Ref:
    return Ref(step=StepKey(new), field=ref.field) if ref.step == old else ref
