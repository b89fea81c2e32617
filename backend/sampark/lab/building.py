"""Plans by hand, from steps."""

from collections.abc import Iterable, Sequence

from sampark.domain.plan import Plan, Ref, Step
from sampark.lab.drafting import reference, resolved
from sampark.lab.editing import NOTEBOOK
from sampark.lab.files import Files, attached, inputs
from sampark.lab.plan_view import PlanView


def plan(
    goal: str,
    *steps: Step,
    deliver: Iterable[Ref | str] = (),
    files: Files = (),
    assumptions: Sequence[str] = (),
) -> PlanView:
    """Return a plan of these steps, ready to be looked at, compiled, edited and run.

    `plan("Read it", step("open", "file.open", handle="att1"), step("read", "table.read",
    file="open.file"), deliver=["read.notes"], files=["sales.csv"])` reads a sample file.

    Args:
        goal: what it is for, in words.
        steps: the steps; their order matters only to the eye.
        deliver: the outputs that the answer brings, as `report.file` or `"report.file"`.
        files: what the mail would have attached: names of sample files, paths, or content by name.
            They get the handles `att1`, `att2` and so on.
        assumptions: what the plan takes for granted, in words.

    Raises:
        PlanRefused: A deliverable is not of the form `step.output`.
    """
    content = attached(files)
    keys = {each.key for each in steps}
    made = Plan(
        goal=goal,
        steps=tuple(resolved(each, keys) for each in steps),
        deliverables=tuple(reference(name) for name in deliver),
        inputs=inputs(content),
        assumptions=tuple(assumptions),
        origin=NOTEBOOK,
    )
    return PlanView(plan=made, files=content)
