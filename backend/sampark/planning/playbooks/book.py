"""The shape of a playbook file: a plan with holes, its trigger and its parameters.

In titles, texts and arguments `{name}` is a hole inside words and `$name` as a whole argument is the
value itself. `{from: step.field}` refers to another step: to the one of the same file or question
where both are repeated. `[{every: step.field}]` gathers a repeated step's outputs.
"""

from typing import Literal

from pydantic import Field, JsonValue, model_validator

from sampark.domain.base import Frozen

Each = Literal["", "file", "question"]
ParameterType = Literal["text", "choice", "whole", "moment", "list"]


class Files(Frozen):
    """Which attachments a playbook takes.

    Attributes:
        kinds: what each kind of file can become; for a playbook that makes no formats, empty.
        least: how many there must be.
        most: how many are taken; the others are left out, and that is said.
        ask: asked when there are too few.
    """

    kinds: dict[str, tuple[str, ...]]
    least: int = Field(default=1, ge=1)
    most: int = Field(default=1, ge=1)
    ask: str


class Parameter(Frozen):
    """A hole in the plan, filled by the claim of that name, else by the default, else asked for.

    Attributes:
        name: the hole.
        claim: the claim that fills it.
        type: what its value is; `moment` is an ISO 8601 date and time with offset.
        required: it is asked for where nothing was claimed.
        default: what is taken where nothing was claimed and nothing is asked.
        question: asked in the requester's language of everyday.
        choices: what may be answered; for a `choice`, nothing else may be claimed.
        day_at: the time of day taken where only a day was named; without it the time is asked for.
    """

    name: str
    claim: str
    type: ParameterType = "text"
    required: bool = False
    default: JsonValue = None
    question: str = ""
    choices: tuple[str, ...] = ()
    day_at: str = ""


class Assumption(Frozen):
    """What is said to be assumed: with `when` only if that was claimed, with `unless` only if not."""

    text: str
    when: str = ""
    unless: str = ""


class StepHole(Frozen):
    """A step with holes. `each` repeats it; `when` keeps it only where that hole is filled."""

    key: str = Field(pattern=r"^[a-z][a-z-]*$")
    title: str
    tool: str
    args: dict[str, JsonValue] = Field(default_factory=dict)
    each: Each = ""
    when: str = ""
    after: tuple[str, ...] = ()
    timeout: float = Field(default=120.0, gt=0)


class Playbook(Frozen):
    """A predefined plan. `verb` is the kind of work that triggers it."""

    name: str
    version: str
    title: str
    summary: str
    examples: tuple[str, ...] = Field(min_length=1)
    verb: str
    files: Files | None = None
    parameters: tuple[Parameter, ...] = ()
    assume: tuple[Assumption, ...] = ()
    steps: tuple[StepHole, ...] = Field(min_length=1)
    deliverables: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> "Playbook":
        keys = [hole.key for hole in self.steps]
        if len(set(keys)) < len(keys):
            raise ValueError(f"playbook {self.name}: two steps share a key")
        named = [name.partition(".")[0] for name in self.deliverables]
        named += [key for hole in self.steps for key in hole.after]
        unknown = sorted(set(named) - set(keys))
        if unknown:
            raise ValueError(f"playbook {self.name}: no step is called {', '.join(unknown)}")
        return self
