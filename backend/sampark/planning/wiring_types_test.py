from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NewType, Optional, TypeVar

import pytest
from pydantic import BaseModel, Field, JsonValue, model_validator
from typing_extensions import TypeAliasType

from sampark.domain.base import Frozen, StepKey
from sampark.domain.tool import Handle
from sampark.domain.value import File, Table, Text
from sampark.planning.type_words import choices, words
from sampark.planning.wiring_types import (
    LITERAL_DEPTH,
    fits,
    handle_fields,
    literal_problem,
    model_problem,
)


class Picture(File):
    width: int


class Kind(StrEnum):
    PDF = "pdf"
    CSV = "csv"


Files = TypeAliasType("Files", list[File])
Name = NewType("Name", str)
T = TypeVar("T")
Bound = TypeVar("Bound", bound=File)
UNHASHABLE = Annotated[int, {"not": "hashable"}]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (Table, Table),
        (Picture, File),
        (int, float),
        (int, int),
        (Table, Any),
        (Table, object),
        (Table, JsonValue),
        (Table, Table | None),
        (Table, Optional[Table]),  # noqa: UP045 - a tool may be written so
        (File | Picture, File),
        (File | None, File | Table | None),
        (list[Picture], list[File]),
        (list[File], Sequence[File]),
        (list[File], tuple[File, ...]),
        (tuple[File, Picture], list[File]),
        (tuple[File, Picture], tuple[File, File]),
        (frozenset[str], list[str]),
        (list[str], list),
        (dict[str, int], dict[str, float]),
        (dict[str, int], Mapping[str, float]),
        (dict, Mapping),
        (Literal["csv"], Literal["csv", "pdf"]),
        (Literal["csv", "pdf"], str),
        (Kind, str),
        (Kind, Kind),
        (Files, list[File]),
        (list[Picture], Files),
        (Name, str),
        (StepKey, Name),
        (Annotated[int, Field(ge=1)], int),
        (int, Annotated[int, Field(ge=1)]),
        (int, UNHASHABLE),
        (Handle, Handle),
        (Handle, str),
        (Picture, Bound),
        (Table, T),
    ],
)
def test_what_may_be_wired(source: object, target: object) -> None:
    assert fits(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (Table, File),
        (File, Picture),
        (float, int),
        (bool, int),
        (bool, float),
        (datetime, date),
        (datetime, str),
        (str, datetime),
        (Table | None, Table),
        (File | Table, File),
        (list[File], list[Picture]),
        (list[File], File),
        (File, list[File]),
        (list[File], tuple[File, File]),
        (tuple[File], tuple[File, File]),
        (tuple[File, Table], list[File]),
        (dict[str, str], dict[str, int]),
        (dict[str, str], list[str]),
        (str, Literal["csv"]),
        (Literal["csv", "xml"], Literal["csv", "pdf"]),
        (Literal[1], Literal[True]),
        (Literal["csv"], int),
        (str, Kind),
        (str, Handle),
        (str, Handle | None),
        (str, UNHASHABLE),
        (Any, str),
        (JsonValue, str),
        (None, str),
    ],
)
def test_what_may_not_be_wired(source: object, target: object) -> None:
    assert not fits(source, target)


def test_endless_types_come_to_an_end() -> None:
    deep: object = int
    for _ in range(40):
        deep = list[deep]  # pyright: ignore[reportInvalidTypeForm]
    other: object = str
    for _ in range(40):
        other = list[other]  # pyright: ignore[reportInvalidTypeForm]
    assert not fits(deep, other)


MOMENT = "2027-01-01T10:00:00+01:00"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (MOMENT, datetime),
        ("2027-01-01", date),
        ("csv", Literal["csv", "pdf"]),
        ("csv", Kind),
        (None, int | None),
        (3, float),
        (3, Annotated[int, Field(ge=1, le=5)]),
        ([1, 2], list[int]),
        ([1, 2], tuple[int, int]),
        ([], set[str]),
        ({"a": [1]}, dict[str, list[int]]),
        ({"markdown": "x"}, Text),
        ({"any": ["json", None]}, JsonValue),
        (3, UNHASHABLE),
        ([MOMENT], list[datetime]),
    ],
)
def test_literals_that_are_taken(value: JsonValue, kind: object) -> None:
    assert literal_problem(value, kind) == ""


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        ("3", int, "valid integer"),
        (3, str, "valid string"),
        (True, int, "valid integer"),
        (1, bool, "valid boolean"),
        (3.5, int, "valid integer"),
        ("yes", bool, "valid boolean"),
        ("xml", Literal["csv", "pdf"], "'csv' or 'pdf'"),
        ("xml", Kind, "'pdf' or 'csv'"),
        (9, Annotated[int, Field(ge=1, le=5)], "less than or equal to 5"),
        ("tomorrow", datetime, "valid datetime"),
        ("2027-01-01T10:00:00", datetime, "no UTC offset"),
        (["2027-01-01T10:00:00"], list[datetime], "no UTC offset"),
        (None, str, "valid string"),
        ({}, Text, "Field required"),
        ({"markdown": "x", "more": 1}, Text, "Extra"),
        (float("nan"), float, "JSON does not know"),
        ("\ud800", str, ""),
    ],
)
def test_literals_that_are_refused(value: JsonValue, kind: object, told: str) -> None:
    problem = literal_problem(value, kind)
    assert problem
    assert told in problem


def test_a_literal_may_not_be_nested_without_end() -> None:
    nested: JsonValue = "x"
    for _ in range(LITERAL_DEPTH + 1):
        nested = [nested]
    assert "nested deeper" in literal_problem(nested, JsonValue)
    assert isinstance(nested, list)
    assert literal_problem(nested[0], JsonValue) == ""


def test_a_number_without_end_is_refused() -> None:
    assert "JSON does not know" in literal_problem(10**5000, int)


def test_a_problem_never_repeats_the_literal() -> None:
    assert "secret" not in literal_problem("the secret body", datetime)
    assert "secret" not in literal_problem({"the secret body": 1}, Text)


class Range(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


def test_literals_are_also_judged_together() -> None:
    assert model_problem({"low": 1, "high": 2}, Range) == ""
    assert "low is above high" in model_problem({"low": 2, "high": 1}, Range)


class Handles(Frozen):
    one: Handle
    many: list[Handle] = Field(default=[])
    maybe: Handle | None = None
    other: str = ""
    alias: Files = Field(default=[])


def test_handles_are_found_wherever_they_are() -> None:
    assert handle_fields(Handles) == ("one", "many", "maybe")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (str, "text"),
        (int | None, "a whole number or nothing"),
        (Table, "a Table"),
        (list[File], "a list of File"),
        (list[list[int]], "a list of list of whole number"),
        (tuple[int, str], "exactly 2 of: whole number, text"),
        (Literal["a", "b"], "one of 'a', 'b'"),
        (Kind, "one of 'pdf', 'csv'"),
        (Handle, "the handle of an attachment"),
        (Handle | None, "the handle of an attachment or nothing"),
        (datetime, "a moment such as 2027-01-01T10:00:00+01:00"),
        (Any, "anything"),
        (JsonValue, "anything"),
        (list, "a list of anything"),
        (dict[str, int], "dict[str, int]"),
        (Range, "a Range"),
    ],
)
def test_types_in_words(kind: object, told: str) -> None:
    assert words(kind).endswith(told)


def test_deep_types_are_told_briefly() -> None:
    assert words(list[list[list[list[list[int]]]]]).endswith("anything")


def test_choices_are_those_of_literals_and_enumerations() -> None:
    assert choices(Literal["a", 1] | Kind | None) == ["a", "1", "pdf", "csv"]
    assert choices(str) == []


def test_a_moment_in_the_type_has_a_zone() -> None:
    assert literal_problem(datetime(2027, 1, 1, tzinfo=UTC).isoformat(), datetime) == ""
