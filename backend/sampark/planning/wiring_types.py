"""Which output may be wired to which input, and which literal an input takes.

Only types are looked at: nothing is run.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from sampark.domain.tool import HandleMark
from sampark.domain.value import File, Table

LITERAL_DEPTH = 50
TYPE_DEPTH = 12

_MANY = (list, tuple, set, frozenset, Sequence, MutableSequence, Iterable, Collection, AbstractSet)
_MAPS = (dict, Mapping)
_ANY_MAP = (Any, Any)
_JSON: object = JsonValue  # an alias that refers to itself: never opened
# A subclass in Python, but another thing in JSON.
_APART = ((bool, int), (datetime, date))


def annotation(field: FieldInfo) -> object:
    """Return a field's type with its constraints and marks."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def plain(kind: object) -> object:
    """Return a type without marks, constraints, alias and new name."""
    for _ in range(TYPE_DEPTH):
        bare = _opened(kind)
        if bare is kind:
            break
        kind = bare
    return kind


def _opened(kind: object) -> object:
    if get_origin(kind) is Annotated:
        return get_args(kind)[0]
    if isinstance(kind, TypeAliasType) and kind is not _JSON:
        return kind.__value__
    if isinstance(kind, TypeVar):
        return kind.__bound__ or Any
    return kind.__supertype__ if isinstance(kind, NewType) else kind


def is_anything(kind: object) -> bool:
    """Whether the type says nothing: Any, object or any JSON."""
    return kind is Any or kind is object or kind is _JSON


def is_handle(kind: object) -> bool:
    """Whether the type is marked as the handle of an attachment."""
    marks = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return any(isinstance(mark, HandleMark) for mark in marks)


@lru_cache(maxsize=512)
def handle_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the inputs that are handles, also those with one in a list or a union."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if any(is_handle(part) for part in _parts(annotation(field)))
    )


def members(kind: object) -> tuple[object, ...]:
    """Return the members of a union; of any other type the type alone."""
    bare = plain(kind)
    return get_args(bare) if get_origin(bare) in {Union, UnionType} else (kind,)


def items(kind: object) -> tuple[object, ...] | None:
    """Return the item type of a list, or the type of each place of a fixed tuple, else None."""
    bare = plain(kind)
    family = get_origin(bare) or bare
    if family not in _MANY:
        return None
    inner = get_args(bare)
    if family is tuple and inner and inner[-1] is not Ellipsis:
        return inner
    return inner[:1] or (Any,)


def is_fixed(kind: object) -> bool:
    """Whether the type is a tuple of a fixed length."""
    bare = plain(kind)
    inner = get_args(bare)
    return get_origin(bare) is tuple and bool(inner) and inner[-1] is not Ellipsis


def fits(source: object, target: object) -> bool:
    """Whether every value of the one type is a value of the other, as far as types tell.

    Numbers widen (a whole number is a number). What may be nothing does not fit where something is
    needed. A handle is written in the plan, never computed: only a handle fits a handle.
    """
    try:
        return _fits_cached(source, target)
    except TypeError:  # a constraint that cannot be hashed
        return _fits(source, target, 0)


@lru_cache(maxsize=4096)
def _fits_cached(source: object, target: object) -> bool:
    return _fits(source, target, 0)


def _fits(source: object, target: object, depth: int) -> bool:
    if depth > TYPE_DEPTH or (is_handle(target) and not is_handle(source)):
        return False
    if is_anything(plain(target)):
        return True
    if len(parts := members(source)) > 1:
        return all(_fits(part, target, depth + 1) for part in parts)
    if len(parts := members(target)) > 1:
        return any(_fits(source, part, depth + 1) for part in parts)
    return _single_fits(plain(source), plain(target), depth)


def _single_fits(source: object, target: object, depth: int) -> bool:
    if get_origin(source) is Literal:
        return all(_literal_fits(value, target, depth) for value in get_args(source))
    if (mine := items(source)) and (theirs := items(target)):
        return _lists_fit(mine, theirs, fixed=(is_fixed(source), is_fixed(target)), depth=depth)
    if _is_map(source) and _is_map(target):
        inner = zip(get_args(source) or _ANY_MAP, get_args(target) or _ANY_MAP, strict=True)
        return all(_fits(one, other, depth + 1) for one, other in inner)
    return source == target or _is_subclass(source, target)


def _literal_fits(value: object, target: object, depth: int) -> bool:
    if get_origin(target) is Literal:
        return any(type(value) is type(known) and value == known for known in get_args(target))
    return _fits(type(value), target, depth + 1)


def _lists_fit(
    mine: tuple[object, ...], theirs: tuple[object, ...], *, fixed: tuple[bool, bool], depth: int
) -> bool:
    if fixed[1]:
        same = fixed[0] and len(mine) == len(theirs)
        return same and all(_fits(*pair, depth + 1) for pair in zip(mine, theirs, strict=True))
    return all(_fits(one, theirs[0], depth + 1) for one in mine)


def _is_map(kind: object) -> bool:
    return (get_origin(kind) or kind) in _MAPS


def _is_subclass(source: object, target: object) -> bool:
    if not isinstance(source, type) or not isinstance(target, type) or get_origin(source):
        return False
    if any(issubclass(source, one) and target is other for one, other in _APART):
        return False
    return issubclass(source, target) or (source is int and target is float)


def literal_problem(value: JsonValue, kind: object) -> str:
    """Return why a literal is not of that type, in words for a person; empty when it is.

    Judged as strict JSON: text is no number and a whole number is no truth value, while text may
    be a moment, a date or a member of an enumeration. A moment needs its UTC offset. A file or a
    table lies in the store: only a step that opened or made it can hand it on.
    """
    if _too_deep(value):
        return f"it is nested deeper than {LITERAL_DEPTH} lists"
    try:
        read = _adapter(kind).validate_json(json.dumps(value, allow_nan=False), strict=True)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)[0]["msg"]
    except ValueError:
        return "it is a number that JSON does not know"
    parts = list(_flat(read))
    if any(isinstance(part, File | Table) for part in parts):
        return "it is made by a step and cannot be written out"
    return "it has no UTC offset" if any(map(_is_naive, parts)) else ""


def model_problem(args: dict[str, JsonValue], model: type[BaseModel]) -> str:
    """Return why literals that fit one by one do not fit the model together; empty when they do."""
    try:
        model.model_validate_json(json.dumps(args, allow_nan=False), strict=True)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)[0]["msg"]
    return ""


def _adapter(kind: object) -> TypeAdapter[object]:
    try:
        return _adapter_cached(kind)
    except TypeError:  # a constraint that cannot be hashed
        return _build_adapter(kind)


@lru_cache(maxsize=512)
def _adapter_cached(kind: object) -> TypeAdapter[object]:
    return _build_adapter(kind)


def _build_adapter(kind: object) -> TypeAdapter[object]:
    # A type read from a model's field is a value to the type checker, never a type form.
    return TypeAdapter(cast("type[object]", kind))


def _flat(value: object) -> Iterator[object]:
    yield value
    if isinstance(value, list | tuple | set | frozenset):
        for inner in cast("Iterable[object]", value):
            yield from _flat(inner)


def _is_naive(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


def _too_deep(value: JsonValue) -> bool:
    level: list[JsonValue] = [value]
    for _ in range(LITERAL_DEPTH + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: JsonValue) -> Iterable[JsonValue]:
    match value:
        case list():
            return value
        case dict():
            return value.values()
        case _:
            return ()


def _parts(kind: object) -> Iterator[object]:
    waiting, aliases = [kind], []
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, TypeAliasType) and part not in aliases:
            aliases.append(part)
            waiting.append(part.__value__)
        waiting.extend(get_args(part))
