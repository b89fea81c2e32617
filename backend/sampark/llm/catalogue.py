"""Tools as a planning model is shown them: names, summaries and types, nothing that runs."""

import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, Protocol, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_json

from sampark.domain.tool import Approval, HandleMark

_NAMES: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    datetime: "moment as ISO 8601 with a UTC offset",
    AwareDatetime: "moment as ISO 8601 with a UTC offset",
    date: "date as YYYY-MM-DD",
    type(None): "nothing",
}


class Shown(Protocol):
    """A tool as far as it is shown. Every `Tool[In, Out]` fits, whatever its models are."""

    @property
    def name(self) -> str:
        """The tool's name."""
        ...

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        ...

    @property
    def input(self) -> type[BaseModel]:
        """The model of its arguments."""
        ...

    @property
    def output(self) -> type[BaseModel]:
        """The model of its output."""
        ...

    @property
    def approval(self) -> Approval:
        """Who must agree."""
        ...

    @property
    def waits(self) -> bool:
        """Whether the plan sleeps in it."""
        ...


@dataclass(frozen=True)
class FieldCard:
    """One argument or one output field. `default` is JSON, empty where a value must be given."""

    name: str
    type: str
    default: str = ""
    note: str = ""


@dataclass(frozen=True)
class ToolCard:
    """One tool. `approval` says that a person must agree before it acts."""

    name: str
    summary: str
    arguments: tuple[FieldCard, ...]
    outputs: tuple[FieldCard, ...]
    approval: bool = False
    waits: bool = False


def cards(tools: Mapping[str, Shown]) -> tuple[ToolCard, ...]:
    """Return the cards of the tools by name, so that the same tools give the same prompt."""
    return tuple(_card(tools[name]) for name in sorted(tools))


def type_words(annotation: object, metadata: tuple[object, ...] = ()) -> str:
    """Return what a model is told of a type: `list of Table`, `"csv" or "xlsx"`, `number`."""
    if any(isinstance(mark, HandleMark) for mark in metadata):
        return "handle of an attached file"
    if annotation in _NAMES:
        return _NAMES[annotation]
    origin = get_origin(annotation)
    if origin is None:
        return getattr(annotation, "__name__", "any JSON")
    return _composed(origin, get_args(annotation))


def _composed(origin: object, arguments: tuple[object, ...]) -> str:
    if origin is Annotated:
        return type_words(arguments[0], arguments[1:])
    if origin is Literal:
        return " or ".join(to_json(choice).decode() for choice in arguments)
    if origin is Union or origin is types.UnionType:
        return " or ".join(type_words(choice) for choice in arguments)
    if isinstance(origin, type) and issubclass(origin, list | tuple | set | frozenset):
        return f"list of {type_words(arguments[0])}"
    return f"object of {type_words(arguments[-1])}"


def _card(tool: Shown) -> ToolCard:
    return ToolCard(
        name=tool.name,
        summary=tool.summary,
        arguments=_fields(tool.input),
        outputs=_fields(tool.output),
        approval=tool.approval is not Approval.NONE,
        waits=tool.waits,
    )


def _fields(model: type[BaseModel]) -> tuple[FieldCard, ...]:
    return tuple(_field(name, field) for name, field in model.model_fields.items())


def _field(name: str, field: FieldInfo) -> FieldCard:
    return FieldCard(
        name=name,
        type=type_words(field.annotation, tuple(field.metadata)),
        default=_default(field),
        note=field.description or "",
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True, validated_data={})
    return "" if value is PydanticUndefined else to_json(value, fallback=str).decode()
