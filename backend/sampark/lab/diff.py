"""What changed between two plans, to look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from sampark.domain.plan import Plan, read_arg
from sampark.lab.markup import View, rendered
from sampark.lab.plan_view import PlanView
from sampark.lab.program import call, named, spelled
from sampark.planning.diff import PlanDiff, diff

_TONES = {"added": "good", "removed": "bad", "changed": "warn", "moved": "warn"}


@dataclass(frozen=True)
class Row:
    """One difference: what was done to what, and both sides; a side is empty if absent."""

    kind: str
    what: str
    before: str = ""
    after: str = ""

    @property
    def tone(self) -> str:
        """The style class of the word."""
        return _TONES[self.kind]


@dataclass(frozen=True, repr=False)
class DiffView(View):
    """The differences between two plans. True in a condition when there are any.

    Attributes:
        old: the plan before.
        new: the plan after.
        difference: what the planning room says of the two.
    """

    old: Plan
    new: Plan
    difference: PlanDiff

    def __bool__(self) -> bool:
        return not self.difference.empty

    @property
    def added(self) -> list[str]:
        """The keys of the steps that only the newer plan has."""
        return list(self.difference.added)

    @property
    def removed(self) -> list[str]:
        """The keys of the steps that only the older plan has."""
        return list(self.difference.removed)

    @property
    def changed(self) -> list[str]:
        """The keys of the steps that do something else now."""
        return [change.key for change in self.difference.changed]

    def text(self) -> str:
        """Return the differences as plain text, one a line."""
        return self.difference.words()

    def html(self) -> str:
        """Return the differences as a table."""
        return rendered("diff", rows=list(self._rows()))

    def _rows(self) -> Iterator[Row]:
        found = self.difference
        if found.goal is not None:
            yield Row("changed", "goal", self.old.goal, self.new.goal)
        yield from (Row("removed", key, before=call(self.old.step(key))) for key in found.removed)
        yield from (Row("added", key, after=call(self.new.step(key))) for key in found.added)
        for change in found.changed:
            for item in change.fields:
                what = f"{change.key} · {item.field.removeprefix('args.')}"
                yield Row("changed", what, _side(item.before), _side(item.after))
        if found.moved:
            yield Row("moved", "steps", _order(self.old), _order(self.new))
        if found.deliverables is not None:
            yield Row("changed", "deliver", _delivered(self.old), _delivered(self.new))


def compare(old: PlanView | Plan, new: PlanView | Plan) -> DiffView:
    """Return what the new plan has, lacks and does otherwise, by the keys of the steps.

    What changes no run is left out: version, parent and origin.
    """
    before, after = (each.plan if isinstance(each, PlanView) else each for each in (old, new))
    return DiffView(old=before, new=after, difference=diff(before, after))


def _side(value: JsonValue) -> str:
    return "" if value is None else spelled(read_arg(value))


def _order(plan: Plan) -> str:
    return ", ".join(step.key for step in plan.steps)


def _delivered(plan: Plan) -> str:
    return ", ".join(map(named, plan.deliverables))
