"""What changed between two versions of a plan, step by step, for a person to read."""

from collections.abc import Iterator

from pydantic import JsonValue

from sampark.domain.base import Frozen, StepKey, canonical_json
from sampark.domain.plan import Plan, Ref, Step

_SHOWN = 40


class FieldChange(Frozen):
    """One field of a step, in JSON before and after; an argument's field is `args.NAME`.

    None stands for an argument that was not there.
    """

    field: str
    before: JsonValue
    after: JsonValue


class StepChange(Frozen):
    """A step that both versions have, with what differs."""

    key: StepKey
    fields: tuple[FieldChange, ...]


class PlanDiff(Frozen):
    """Two versions of a plan beside each other; steps are the same when their keys are.

    `moved` says that the steps of both versions stand in another order; `deliverables` holds those
    of the new version when they differ.
    """

    added: tuple[StepKey, ...] = ()
    removed: tuple[StepKey, ...] = ()
    changed: tuple[StepChange, ...] = ()
    moved: bool = False
    goal: str | None = None
    deliverables: tuple[Ref, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether both versions do the same."""
        return self == PlanDiff()

    def words(self) -> str:
        """Return the changes as plain text, one a line."""
        return "\n".join(self._lines()) or "Nothing changed."

    def _lines(self) -> Iterator[str]:
        if self.goal is not None:
            yield f"goal: now {_short(self.goal)}"
        yield from (f"removed: {key}" for key in self.removed)
        yield from (f"added: {key}" for key in self.added)
        for change in self.changed:
            for item in change.fields:
                told = f"{_short(item.before)} became {_short(item.after)}"
                yield f"changed: {change.key}, {item.field}: {told}"
        if self.moved:
            yield "the steps stand in another order"
        if self.deliverables is not None:
            named = ", ".join(f"{ref.step}.{ref.field}" for ref in self.deliverables)
            yield f"deliverables: now {named or 'none'}"


def diff(old: Plan, new: Plan) -> PlanDiff:
    """Return what the new version does differently from the old one.

    Where a plan has a key twice, its last step of that key counts.
    """
    before = {step.key: step for step in old.steps}
    after = {step.key: step for step in new.steps}
    both = [key for key in after if key in before]
    changed = (StepChange(key=key, fields=_fields(before[key], after[key])) for key in both)
    return PlanDiff(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        changed=tuple(change for change in changed if change.fields),
        moved=both != [key for key in before if key in after],
        goal=new.goal if new.goal != old.goal else None,
        deliverables=new.deliverables if new.deliverables != old.deliverables else None,
    )


def _fields(old: Step, new: Step) -> tuple[FieldChange, ...]:
    before, after = _flat(old), _flat(new)
    return tuple(
        FieldChange(field=name, before=before.get(name), after=after.get(name))
        for name in {**before, **after}
        if name not in before or name not in after or before[name] != after[name]
    )


def _flat(step: Step) -> dict[str, JsonValue]:
    parts = step.model_dump(mode="json", exclude={"key"})
    args = parts.pop("args")
    return {**parts, **{f"args.{name}": arg for name, arg in args.items()}}


def _short(value: JsonValue) -> str:
    text = canonical_json(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
