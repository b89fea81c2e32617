"""What a step gave, told for a page: words, files to fetch, the shape of tables."""

from collections.abc import Iterator
from typing import TypeVar, cast

from pydantic import BaseModel, JsonValue, ValidationError

from sampark.desk.views import FileLine, Result
from sampark.domain.plan import Plan, Ref, Step
from sampark.domain.value import File, Table, Text, Value

Noun = TypeVar("Noun", bound=BaseModel)

SHOWN = 4_000
"""Characters of one output that a page shows."""


def results(value: Value | None) -> tuple[Result, ...]:
    """Return each field of a step's output as a line, or several where it holds a list."""
    if value is None:
        return ()
    return tuple(line for name, data in value.data.items() for line in _lines(name, data))


def uses(step: Step, plan: Plan) -> tuple[str, ...]:
    """Return each argument of a step in words: a literal, or whose output it takes.

    What was left empty is left out.
    """
    given = {name: arg for name, arg in step.args.items() if arg not in ("", None, (), [])}
    return tuple(f"{name}: {_words(arg, plan)}" for name, arg in given.items())


def _lines(name: str, data: JsonValue) -> Iterator[Result]:
    if isinstance(data, list) and any(isinstance(item, dict) for item in data):
        for item in data:
            yield from _lines(name, item)
        return
    if (file := _read(File, data)) is not None:
        line = FileLine.model_validate(file.model_dump())
        yield Result(name=name, file=line)
    elif (table := _read(Table, data)) is not None:
        yield Result(name=name, text=_shape(table))
    elif (text := _read(Text, data)) is not None:
        yield Result(name=name, text=text.markdown[:SHOWN])
    else:
        yield Result(name=name, text=_plain(data)[:SHOWN])


def _read(noun: type[Noun], data: JsonValue) -> Noun | None:
    if not isinstance(data, dict):
        return None
    try:
        return noun.model_validate(data)
    except ValidationError:
        return None


def _shape(table: Table) -> str:
    names = ", ".join(f"{column.name} ({column.kind})" for column in table.columns[:12])
    more = ", …" if len(table.columns) > 12 else ""
    rows = "1 row" if table.rows == 1 else f"{table.rows:,} rows"
    return f"{rows}, {len(table.columns)} columns: {names}{more}"


def _words(arg: object, plan: Plan) -> str:
    match arg:
        case Ref():
            return f"{arg.field} of “{plan.step(arg.step).title}”"
        case tuple() | list():
            return ", ".join(_words(item, plan) for item in arg) or "none"
        case _:
            return _plain(cast("JsonValue", arg))[:200]


def _plain(data: JsonValue) -> str:
    match data:
        case None:
            return "nothing"
        case bool():
            return "yes" if data else "no"
        case str():
            return data
        case list():
            return ", ".join(_plain(item) for item in data) or "none"
        case dict():
            return ", ".join(f"{key}: {_plain(item)}" for key, item in data.items())
        case _:
            return str(data)
