"""Tools are told by names and types only."""

from datetime import date, datetime
from typing import Annotated, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, Field

from sampark.domain.ports import Bench
from sampark.domain.tool import Approval, Handle, Tool
from sampark.domain.value import File, Table
from sampark.llm.catalogue import FieldCard, ToolCard, cards, type_words


class ChartIn(BaseModel):
    table: Table
    handle: Handle
    most: int = Field(default=6, description="at most 12")
    where: list[str] = Field(default_factory=list[str])


class ChartOut(BaseModel):
    charts: list[File]


def never(_given: ChartIn, _bench: Bench) -> ChartOut:
    raise AssertionError


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (str, "text"),
        (bool, "true or false"),
        (datetime, "moment as ISO 8601 with a UTC offset"),
        (AwareDatetime, "moment as ISO 8601 with a UTC offset"),
        (date, "date as YYYY-MM-DD"),
        (Table, "Table"),
        (list[Table], "list of Table"),
        (tuple[int, ...], "list of whole number"),
        (Literal["csv", "xlsx"], '"csv" or "xlsx"'),
        (float | None, "number or nothing"),
        (dict[str, float], "object of number"),
        (list[Handle], "list of handle of an attached file"),
        (Annotated[int, Field(gt=0)], "whole number"),
    ],
)
def test_types_are_told_in_words(annotation: object, words: str):
    assert type_words(annotation) == words


def test_cards_are_sorted_and_complete():
    tools = {
        "z": Tool("z", "Last.", ChartIn, ChartOut, never),
        "a": Tool("a", "First.", ChartIn, ChartOut, never, approval=Approval.MAIL, waits=True),
    }
    first, last = cards(tools)
    assert (first.name, last.name) == ("a", "z")
    assert last == ToolCard(
        name="z",
        summary="Last.",
        arguments=(
            FieldCard("table", "Table"),
            FieldCard("handle", "handle of an attached file"),
            FieldCard("most", "whole number", default="6", note="at most 12"),
            FieldCard("where", "list of text", default="[]"),
        ),
        outputs=(FieldCard("charts", "list of File"),),
    )
    assert (first.approval, first.waits) == (True, True)
