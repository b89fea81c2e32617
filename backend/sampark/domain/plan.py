"""A plan is a typed program: steps wired by references, compiled before anything runs."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, JsonValue, PlainSerializer, SkipValidation
from typing_extensions import TypeAliasType

from sampark.domain.base import Frozen, StepKey, fingerprint
from sampark.domain.task import TaskInput

OnFailure = Literal["replan", "skip", "stop"]


class Ref(Frozen):
    """A field of another step's output. In JSON: `{"step": "read", "field": "table"}`."""

    step: StepKey
    field: str


# The checker does not follow a recursive alias made by call; PEP 695 needs Python 3.12.
Arg = TypeAliasType("Arg", "Ref | tuple[Arg, ...] | JsonValue")  # pyright: ignore[reportInvalidTypeForm]


def read_arg(raw: object) -> Arg:
    """Return an argument from its JSON form; raises ValueError on what JSON does not know."""
    match raw:
        case Ref() | str() | int() | float() | bool() | None:
            return raw
        case {"step": str(step), "field": str(field), **rest} if not rest:
            return Ref(step=StepKey(step), field=field)
        case list() | tuple():
            return tuple(read_arg(item) for item in raw)
        case dict():
            return {str(name): _literal(item) for name, item in raw.items()}
        case _:
            raise ValueError(f"{type(raw).__name__} is neither a literal nor a reference")


def write_arg(arg: Arg) -> JsonValue:
    """Return the JSON form of an argument: the inverse of `read_arg`."""
    match arg:
        case Ref():
            return {"step": arg.step, "field": arg.field}
        case tuple() | list():
            return [write_arg(item) for item in arg]
        case _:
            return arg


def _literal(raw: object) -> JsonValue:
    return write_arg(read_arg(raw))


def _read_args(raw: object) -> dict[str, Arg]:
    if not isinstance(raw, dict):
        problem = "args is an object of argument names and values"
        raise ValueError(problem)  # noqa: TRY004 - pydantic reports only ValueError
    return {str(name): read_arg(arg) for name, arg in raw.items()}


def _write_args(args: dict[str, Arg]) -> dict[str, JsonValue]:
    return {name: write_arg(arg) for name, arg in args.items()}


Args = Annotated[
    SkipValidation[dict[str, Arg]], BeforeValidator(_read_args), PlainSerializer(_write_args)
]


class Retry(Frozen):
    """How often to try, and the pause before the second attempt in seconds; it doubles."""

    attempts: int = Field(default=3, ge=1, le=10)
    pause: float = Field(default=0.5, ge=0)


class Estimate(Frozen):
    """What a step or a plan may take: seconds (50th, 90th percentile), tokens, money in USD."""

    p50: float = 0.0
    p90: float = 0.0
    tokens: int = 0
    usd: float = 0.0


class Step(Frozen):
    """One call of one tool. `timeout` in seconds. `after` orders steps that share no data."""

    key: StepKey
    title: str
    tool: str
    args: Args = Field(default_factory=dict)
    after: tuple[StepKey, ...] = ()
    retry: Retry = Retry()
    timeout: float = Field(default=120.0, gt=0)
    on_failure: OnFailure = "stop"
    estimate: Estimate = Estimate()

    def refs(self) -> Iterator[Ref]:
        """Yield every reference among the arguments, also inside lists."""
        for arg in self.args.values():
            yield from _refs(arg)

    @property
    def needs(self) -> frozenset[StepKey]:
        """The keys of the steps that must be done before this one."""
        return frozenset(ref.step for ref in self.refs()) | frozenset(self.after)


class PlanOrigin(Frozen):
    """Where a plan came from: a playbook, a model with a prompt's fingerprint, or a person."""

    kind: Literal["playbook", "model", "person"]
    name: str
    version: str = ""


class Plan(Frozen):
    """A program. Immutable: an edit or re-plan is a new version whose `parent` is the old hash."""

    goal: str
    steps: tuple[Step, ...]
    deliverables: tuple[Ref, ...] = ()
    inputs: tuple[TaskInput, ...] = ()
    assumptions: tuple[str, ...] = ()
    origin: PlanOrigin
    version: int = 1
    parent: str = ""

    @property
    def hash(self) -> str:
        """The SHA-256 of the canonical JSON: what an approval is bound to."""
        return fingerprint(self.model_dump(mode="json"))

    def step(self, key: str) -> Step:
        """Return the step of that key; raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)


def _refs(arg: Arg) -> Iterator[Ref]:
    if isinstance(arg, Ref):
        yield arg
    elif isinstance(arg, tuple | list):
        for item in arg:
            yield from _refs(item)
