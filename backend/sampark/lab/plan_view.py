"""A plan to look at: its picture and its steps. Edits give the next version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, cast

from markupsafe import Markup

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, Ref, Step
from sampark.domain.run import StepRun
from sampark.lab import editing
from sampark.lab.drafting import drafted_args, reference, resolved
from sampark.lab.markup import View, picture, rendered
from sampark.lab.program import call, named, program
from sampark.lab.standing import standings, tally, timeless
from sampark.planning import picture as drawing
from sampark.reply.figures import count

if TYPE_CHECKING:
    from sampark.lab.widget import PlanWidget

_OPEN = 12  # steps; the list of a longer plan is folded


@dataclass(frozen=True, repr=False)
class PlanView(View):
    """A plan, and how far it ran.

    Attributes:
        plan: the plan itself.
        runs: the last attempt of every step that was tried.
        files: the content of the plan's files by name, where the lab has it at hand.
    """

    plan: Plan
    runs: Mapping[StepKey, StepRun] = field(default_factory=dict[StepKey, StepRun])
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in the plan's order."""
        return self.plan.steps

    @property
    def keys(self) -> list[str]:
        """The keys of the steps, in the plan's order."""
        return [step.key for step in self.plan.steps]

    @property
    def deliverables(self) -> list[str]:
        """The outputs that the answer brings: `["report.file"]`."""
        return [named(ref) for ref in self.plan.deliverables]

    @property
    def program(self) -> str:
        """The plan as text, one line for each step."""
        return program(self.plan)

    @property
    def svg(self) -> str:
        """The picture. It shows no times, so that it is the same from run to run."""
        return drawing.svg(self.plan, timeless(self.runs))

    def step(self, key: str) -> Step:
        """Return the step of that key; raises PlanRefused naming those there are."""
        return editing.known(self.plan, key)

    def status(self, key: str) -> str:
        """Return how a step stands, in one word; raises PlanRefused if there is no such step."""
        return standings(self.plan, self.runs)[editing.known(self.plan, key).key].word

    def with_step(self, step: Step, *, deliver: Iterable[Ref | str] = ()) -> "PlanView":
        """Return the next version with the step in place of the one of its key, or at the end."""
        plain = resolved(step, {*self.keys, step.key})
        return self._next(
            editing.with_step(self.plan, plain, deliver=[reference(name) for name in deliver])
        )

    def with_args(self, key: str, **args: object) -> "PlanView":
        """Return the next version with some arguments of one step changed.

        Raises:
            PlanRefused: There is no such step, or a value that cannot be written down.
        """
        old = self.step(key)
        changed = drafted_args(key, args, self.keys)
        return self.with_step(editing.reworded(old, changed))

    def without(self, *keys: str) -> "PlanView":
        """Return the next version without these steps; what needs them stays as it is.

        Raises:
            PlanRefused: The plan has no step of that key.
        """
        return self._next(editing.without(self.plan, keys))

    def renamed(self, old: str, new: str) -> "PlanView":
        """Return the next version with a step under another key; references follow.

        Raises:
            PlanRefused: There is no step `old`, or there is a step `new` already.
        """
        return self._next(editing.renamed(self.plan, old, new))

    def delivering(self, *names: Ref | str) -> "PlanView":
        """Return the next version that delivers exactly these outputs, as `"report.file"`.

        Raises:
            PlanRefused: A name is not of the form `step.output`.
        """
        wanted = tuple(reference(name) for name in names)
        return self._next(editing.revised(self.plan, deliverables=wanted))

    def widget(self) -> "PlanWidget":
        """Return the picture as a widget: click a step, and `selected` holds its key.

        Raises:
            SettingsError: The package anywidget is not installed.
        """
        return cast("PlanWidget", import_module("sampark.lab.widget").widget(self))

    def text(self) -> str:
        """Return the number of steps, and how they stand."""
        return f"Plan({tally(self.plan, self.runs)})"

    def html(self) -> str:
        """Return the picture and the list of steps."""
        return rendered(
            "plan",
            goal=self.plan.goal,
            assumptions=self.plan.assumptions,
            body=self.body(),
            about=tally(self.plan, self.runs),
        )

    def body(self) -> Markup:
        """Return the picture and the steps without a frame, to stand inside another view."""
        stands = standings(self.plan, self.runs)
        rows = [
            {
                "number": number,
                "step": each,
                "call": call(each),
                "stands": stands[each.key],
                "delivers": any(ref.step == each.key for ref in self.plan.deliverables),
                "error": _error(self.runs.get(each.key)),
            }
            for number, each in enumerate(self.plan.steps, 1)
        ]
        return rendered(
            "plan_body",
            picture=picture(self.svg),
            rows=rows,
            summary=f"{count(len(rows), 'step')} as a program",
            open=len(rows) <= _OPEN,
            delivered=self.deliverables,
        )

    def _next(self, plan: Plan) -> "PlanView":
        return replace(self, plan=plan, runs={})


def _error(run: StepRun | None) -> str:
    return "" if run is None or run.error is None else run.error.message
