"""What the steps of a plan offer each other, and where its references lead."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sampark.domain.base import StepKey
from sampark.domain.plan import Arg, Plan, Ref, Step
from sampark.domain.task import TaskInput
from sampark.domain.tool import AnyTool
from sampark.planning.problems import did_you_mean, show
from sampark.planning.wiring_types import (
    annotation,
    fits,
    handle_fields,
    is_fixed,
    is_handle,
    items,
    members,
)

Tools = Mapping[str, AnyTool]


@dataclass(frozen=True)
class Wiring:
    """What the steps of a plan offer each other: outputs by type, and the attached files.

    `place` holds where each step stands in the plan, `places` where the steps of each tool stand.
    """

    steps: Mapping[StepKey, Step]
    tools: Tools
    keys: tuple[StepKey, ...]
    place: Mapping[StepKey, int]
    inputs: Sequence[TaskInput]
    places: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, plan: Plan, steps: Mapping[StepKey, Step], tools: Tools) -> "Wiring":
        """Return the wiring of a plan whose steps by key are known."""
        place = {key: at for at, key in enumerate(steps)}
        places: dict[str, list[int]] = {}
        for key, step in steps.items():
            places.setdefault(step.tool, []).append(place[key])
        return cls(steps, tools, tuple(steps), place, plan.inputs, places)

    def source(self, ref: Ref) -> object | None:
        """Return the type of an output, or None where the step, tool or field is not known."""
        step = self.steps.get(ref.step)
        tool = None if step is None else self.tools.get(step.tool)
        field = None if tool is None else tool.output.model_fields.get(ref.field)
        return None if field is None else annotation(field)

    def fields(self, key: StepKey) -> list[str]:
        """Return the names of the outputs of a step; none where its tool is not known."""
        tool = self.tools.get(self.steps[key].tool)
        return [] if tool is None else list(tool.output.model_fields)

    def fitting(self, target: object, *, before: StepKey) -> Ref | None:
        """Return the nearest output of that type among the steps that stand earlier in the plan."""
        found: list[tuple[int, str]] = []
        for name, places in self.places.items():
            earlier = bisect_left(places, self.place[before])
            tool = self.tools.get(name)
            if tool is None or not earlier:
                continue
            fields = tool.output.model_fields.items()
            field = next((name for name, info in fields if fits(annotation(info), target)), None)
            if field is not None:
                found.append((places[earlier - 1], field))
        if not found:
            return None
        at, field = max(found)
        return Ref(step=self.keys[at], field=field)


def makes(tool: AnyTool, kind: object) -> bool:
    """Return whether one of a tool's outputs is of that type."""
    return any(fits(annotation(field), kind) for field in tool.output.model_fields.values())


def ref_problem(ref: Ref, wiring: Wiring) -> tuple[str, str] | None:
    """Return what is wrong with a reference and the nearest fix, or None."""
    if ref.step not in wiring.steps:
        fix = did_you_mean(ref.step, wiring.keys, called="The steps are")
        return f"{show(ref.step)} is no step of the plan.", fix
    tool = wiring.steps[ref.step].tool
    if tool in wiring.tools and ref.field not in wiring.fields(ref.step):
        called = f"The outputs of {show(ref.step)} are"
        fix = did_you_mean(ref.field, wiring.fields(ref.step), called=called)
        return f"{show(ref.step)} ({tool}) has no output {show(ref.field)}.", fix
    return None


def handles(step: Step, tool: AnyTool) -> Iterator[tuple[str, str]]:
    """Yield the handles of attachments that a step writes out, each with its argument's name."""
    for name in handle_fields(tool.input):
        if name in step.args:
            kind = annotation(tool.input.model_fields[name])
            yield from ((name, handle) for handle in handles_in(step.args[name], kind))


def handles_in(arg: Arg, kind: object) -> Iterator[str]:
    """Yield the handles that an argument of that type writes out, also inside lists."""
    for part in members(kind):
        if is_handle(part) and isinstance(arg, str):
            yield arg
        elif isinstance(arg, tuple | list) and (inner := places(part, len(arg))):
            for item, wanted in zip(arg, inner, strict=True):
                yield from handles_in(item, wanted)


def places(kind: object, length: int) -> tuple[object, ...] | None:
    """Return the wanted type of each place of a list of that length, None if it cannot be one."""
    inner = items(kind)
    if inner is None or (is_fixed(kind) and len(inner) != length):
        return None
    return inner if is_fixed(kind) else inner * length


def refs_in(arg: Arg) -> Iterator[Ref]:
    """Yield every reference in an argument, also inside lists."""
    if isinstance(arg, Ref):
        yield arg
    elif isinstance(arg, tuple | list):
        for item in arg:
            yield from refs_in(item)
