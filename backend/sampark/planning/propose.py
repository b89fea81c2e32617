"""The model act of planning: a task and the tools at hand, made into a plan that is then compiled.

The model sees the requester's words, what was understood of them, facts made by code and the cards
of the tools. It never sees an attachment's name or content, nor anything else that a stranger
wrote. Its plan is only a proposal: `sampark.planning.check` decides.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field, JsonValue, create_model
from pydantic_ai.models import Model

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, PlanOrigin, Ref, Step
from sampark.domain.task import Claim, Task
from sampark.errors import ModelFailed
from sampark.llm.answer import Answer, Line, Said, Slug
from sampark.llm.call import LIMITS, CallLimits, ask
from sampark.llm.catalogue import Shown, ToolCard, cards
from sampark.llm.facts import FileFact, files, sent
from sampark.llm.ledger import CallRecord
from sampark.llm.prompt import Prompt
from sampark.llm.verbatim import invented, strings

MOST_STEPS = 12
"""A plan by a model has at most twelve steps."""


class Complaint(Protocol):
    """An error of the compiler, as far as a prompt tells it."""

    @property
    def kind(self) -> str:
        """The error's name."""
        ...

    @property
    def step(self) -> str | None:
        """The key of the step, if it is about one."""
        ...

    @property
    def problem(self) -> str:
        """What is wrong."""
        ...

    @property
    def fix(self) -> str:
        """The nearest fix, or nothing."""
        ...


class DraftRef(Answer):
    """A field of another step's output."""

    step: Slug
    field: str


class DraftStep(Answer):
    """One step as the model writes it. A reference in `args` is `{"step": ..., "field": ...}`."""

    key: Slug
    title: Said
    tool: str
    args: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    after: tuple[Slug, ...] = ()
    on_failure: Literal["skip", "stop"] = "stop"


class DraftPlan(Answer):
    """A plan as the model writes it; without steps when the tools cannot do what is asked."""

    steps: Annotated[tuple[DraftStep, ...], Field(max_length=MOST_STEPS)]
    deliverables: tuple[DraftRef, ...] = ()
    assumptions: Annotated[tuple[Line, ...], Field(max_length=6)] = ()


@dataclass(frozen=True)
class ProposePlan(Prompt, template="propose_plan.jinja2"):
    """What the model is shown. Times are ISO 8601; `previous` is a plan's JSON, for a repair."""

    goal: str
    words: str
    deliverables: tuple[str, ...]
    constraints: tuple[str, ...]
    deadline: str
    claims: tuple[Claim, ...]
    sent: str
    files: tuple[FileFact, ...]
    tools: tuple[ToolCard, ...]
    errors: tuple[Complaint, ...] = ()
    previous: str = ""
    most_steps: int = MOST_STEPS


async def propose(  # noqa: PLR0913 - the options of one call, keyword-only
    task: Task,
    tools: Mapping[str, Shown],
    model: Model,
    record: Callable[[CallRecord], None],
    errors: Sequence[Complaint] = (),
    *,
    previous: Plan | None = None,
    limits: CallLimits = LIMITS,
) -> Plan:
    """Return a plan by the model: typed, not yet compiled.

    Args:
        task: what is asked; `task.words` are the only words the model reads.
        tools: the tools this account may use, by name.
        model: the planner.
        record: receives the call's record.
        errors: what the compiler found wrong with `previous`.
        previous: the plan to repair; the new one is its next version.
        limits: bounds of the call.

    Raises:
        ModelFailed: no usable answer; an address or link that the requester did not type; or no
            plan, because the tools cannot do what is asked.
    """
    asked = prompt(task, tools, errors, previous=previous)
    draft = await ask(
        model,
        asked,
        draft_type(tools),
        role="plan",
        record=record,
        limits=limits,
        check=lambda answer: problems(answer, task.words),
    )
    if not draft.steps:
        raise ModelFailed(
            f"The model {model.model_name} found no plan with the {len(tools)} tools at hand.",
            fix="Ask for something that these tools can do.",
        )
    origin = PlanOrigin(kind="model", name=model.model_name, version=asked.fingerprint())
    return _plan(draft, task, origin, previous)


def prompt(
    task: Task,
    tools: Mapping[str, Shown],
    errors: Sequence[Complaint] = (),
    *,
    previous: Plan | None = None,
) -> ProposePlan:
    """Return the prompt of a task: what was asked and understood, and the cards of the tools."""
    return ProposePlan(
        goal=_own_goal(task),
        words=task.words,
        deliverables=task.deliverables,
        constraints=task.constraints,
        deadline="" if task.deadline is None else task.deadline.isoformat(timespec="minutes"),
        claims=task.claims,
        sent=sent(task),
        files=files(task.inputs),
        tools=cards(tools),
        errors=tuple(errors),
        previous="" if previous is None else _draft_json(previous),
    )


def draft_type(names: Iterable[str]) -> type[DraftPlan]:
    """Return DraftPlan with the tools' names as an enum in its JSON schema.

    A provider that constrains its answers by the schema then cannot write another name. An answer
    that has one all the same is not refused here: the compiler says so, with the nearest name.
    """
    known = Field(json_schema_extra={"enum": [*sorted(names)]})
    step = create_model(
        "DraftStep", __base__=DraftStep, __doc__=DraftStep.__doc__, tool=(str, known)
    )
    many = tuple[step, ...]  # pyright: ignore[reportInvalidTypeForm] - a type made at run time
    steps = (many, Field(max_length=MOST_STEPS))
    return create_model("DraftPlan", __base__=DraftPlan, __doc__=DraftPlan.__doc__, steps=steps)


def problems(draft: DraftPlan, words: str) -> list[str]:
    """Return why a draft cannot be used, each a sentence for the model.

    Only what the compiler cannot know is judged here: whether addresses and links are the
    requester's own.
    """
    return [
        f"{text!r} does not stand in the request: copy an address or link exactly or leave it out."
        for text in invented(_texts(draft), words)
    ]


def _own_goal(task: Task) -> str:
    """Return the goal, or nothing where it is the subject line's, which others may have written."""
    goal, subject, words = (
        " ".join(text.casefold().split()) for text in (task.goal, task.subject, task.words)
    )
    return "" if goal in subject and goal not in words else task.goal


def _texts(draft: DraftPlan) -> Iterator[str]:
    yield from draft.assumptions
    for step in draft.steps:
        yield step.title
        yield from strings({**step.args})


def _plan(draft: DraftPlan, task: Task, origin: PlanOrigin, previous: Plan | None) -> Plan:
    return Plan(
        goal=task.goal,
        steps=tuple(_step(step) for step in draft.steps),
        deliverables=tuple(_ref(ref) for ref in draft.deliverables),
        inputs=task.inputs,
        assumptions=draft.assumptions,
        origin=origin,
        version=1 if previous is None else previous.version + 1,
        parent="" if previous is None else previous.hash,
    )


def _step(draft: DraftStep) -> Step:
    return Step(
        key=StepKey(draft.key),
        title=draft.title,
        tool=draft.tool,
        args={**draft.args},
        after=tuple(StepKey(key) for key in draft.after),
        on_failure=draft.on_failure,
    )


def _ref(draft: DraftRef) -> Ref:
    return Ref(step=StepKey(draft.step), field=draft.field)


def _draft_json(plan: Plan) -> str:
    fields = {"key", "title", "tool", "args", "after", "on_failure"}
    told = plan.model_dump(
        mode="json", include={"steps": {"__all__": fields}, "deliverables": True}
    )
    return json.dumps(told, ensure_ascii=False, indent=1)
