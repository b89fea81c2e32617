"""A step's arguments become a tool's input: references replaced by values, labels gathered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic.fields import FieldInfo

from sampark.domain.base import StepKey
from sampark.domain.plan import Ref, Step
from sampark.domain.tool import AnyTool, HandleMark
from sampark.domain.value import REQUESTER, Origin, Value
from sampark.errors import StepFailed

In = TypeVar("In", bound=BaseModel)
Values = Mapping[StepKey, Value]


def bind(step: Step, model: type[In], values: Values) -> In:
    """Return the tool's input for this step.

    Raises:
        StepFailed: A referenced value is not there, or the input model refuses an argument; the
            message names the argument and what it takes, never the refused content.
    """
    args = {name: _resolve(arg, values) for name, arg in step.args.items()}
    try:
        return model.model_validate(args)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the arguments"
        problem = f"“{step.title}” cannot use its {field!r}: {first['msg'].lower()}."
        raise StepFailed(problem, fix=_takes(model)) from None


def sleeps_until(step: Step, tool: AnyTool, values: Values) -> datetime | None:
    """Return the moment that a step of a waiting tool sleeps until; None if these values tell none."""
    try:
        given = bind(step, tool.input, values)
    except StepFailed:
        return None
    until = getattr(given, "until", None)
    return until if isinstance(until, datetime) else None


def origins(step: Step, model: type[BaseModel], values: Values) -> frozenset[Origin]:
    """Return who could have shaped this step's output: the union over all its arguments.

    A literal stands in the plan and so comes from the requester; a handle adds its attachment.
    """
    labels = frozenset[Origin]()
    for name, arg in step.args.items():
        labels |= _labels(arg, values)
        field = model.model_fields.get(name)
        if field is not None and _is_handle(field) and isinstance(arg, str):
            labels |= frozenset((Origin(kind="attachment", ref=arg),))
    return labels or frozenset((REQUESTER,))


def _resolve(arg: object, values: Values) -> object:
    match arg:
        case Ref():
            return _look_up(arg, values)
        case tuple() | list():
            return [_resolve(item, values) for item in cast("Sequence[object]", arg)]
        case _:
            return arg


def _look_up(ref: Ref, values: Values) -> JsonValue:
    value = values.get(ref.step)
    if value is None:
        raise StepFailed(f"The result of step {ref.step!r} is not there.", fix="Run it first.")
    if ref.field not in value.data:
        has = ", ".join(sorted(value.data))
        raise StepFailed(f"Step {ref.step!r} gives no {ref.field!r}.", fix=f"It gives: {has}.")
    return value.data[ref.field]


def _labels(arg: object, values: Values) -> frozenset[Origin]:
    match arg:
        case Ref():
            value = values.get(arg.step)
            return frozenset[Origin]() if value is None else value.origins
        case tuple() | list():
            items = cast("Sequence[object]", arg)
            return frozenset[Origin]().union(*(_labels(item, values) for item in items))
        case _:
            return frozenset((REQUESTER,))


def _is_handle(field: FieldInfo) -> bool:
    return any(isinstance(mark, HandleMark) for mark in field.metadata)


def _takes(model: type[BaseModel]) -> str:
    return f"It takes: {', '.join(model.model_fields)}."
