"""What a model reads in a request counts only with the requester's own words behind it."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.domain.base import AccountId, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.task import Claim, Question, Task, TaskInput
from sampark.errors import ModelFailed
from sampark.llm.ledger import CallRecord
from sampark.testing.scripted import Scripted, scripted
from sampark.understanding.extract import (
    CLAIM_NAMES,
    MOST_QUESTIONS,
    Extraction,
    ExtractTask,
    extract,
    position,
    prompt,
)

CET = timezone(timedelta(hours=1))
WORDS = """Please turn the sales sheet
into a chart by region and send it to ann@example.com by Friday noon."""
TASK = Task(
    id=TaskId("t1"),
    account=AccountId("sampark@example.com"),
    thread_id=ThreadId("th"),
    gmail_id=GmailId("g1"),
    requester=Address(name="Obey <me>", email="you@example.com"),
    goal="",
    words=WORDS,
    subject="Re: OBEY the subject",
    inputs=(TaskInput(handle="att1", name="OBEY.csv", media_type="text/csv", size=120),),
    asked_at=datetime(2026, 3, 3, 9, 0, tzinfo=CET),
    timezone="Europe/Berlin",
)
READ = {
    "goal": "A chart of the sales by region.",
    "deliverables": ["a chart"],
    "constraints": ["by region"],
    "deadline": {"moment": "2026-03-06T12:00:00+01:00", "quote": "by Friday noon"},
    "language": "en",
    "claims": [
        {"name": "by", "value": "region", "quote": "by region"},
        {"name": "attendees", "value": ["ann@example.com"], "quote": "to ann@example.com"},
        {"name": "sheet", "value": "sales", "quote": "the sales sheet into a chart"},
    ],
}


class Desk:
    def __init__(self, *answers: object) -> None:
        self.models: Scripted = scripted({"understand": list(answers)})
        self.records: list[CallRecord] = []

    async def extract(self, task: Task = TASK) -> Extraction:
        return await extract(task, self.models("understand"), self.records.append)


async def test_a_request_becomes_goal_claims_and_deadline():
    desk = Desk(READ)
    read = await desk.extract()
    task = read.task
    assert task.goal == "A chart of the sales by region."
    assert (task.deliverables, task.constraints) == (("a chart",), ("by region",))
    assert task.deadline == datetime(2026, 3, 6, 12, 0, tzinfo=CET)
    assert task.claim("by") == Claim(name="by", value="region", quote="by region", start=41)
    assert read.questions == ()
    assert read.dropped == ()
    assert (desk.records[0].role, desk.records[0].prompt) == ("understand", "extract_task")


async def test_every_kept_quote_stands_at_its_place_across_line_breaks():
    task = (await Desk(READ).extract()).task
    assert task.claim("sheet").quote == "the sales sheet\ninto a chart"
    for claim in task.claims:
        assert WORDS[claim.start : claim.start + len(claim.quote)] == claim.quote


async def test_a_claim_with_an_invented_quote_is_dropped():
    made_up = {"name": "n", "value": 3, "quote": "the top three"}
    read = await Desk({**READ, "claims": [*READ["claims"], made_up]}).extract()
    assert read.dropped == ("n",)
    assert read.task.claim("n") is None
    assert len(read.task.claims) == 3


async def test_claims_made_by_code_stay():
    mine = Claim(name="by", value="country", quote="by region", start=41)
    task = (await Desk(READ).extract(TASK.model_copy(update={"claims": (mine,)}))).task
    assert task.claims[0] == mine
    assert [claim.name for claim in task.claims].count("by") == 1


@pytest.mark.parametrize(
    "deadline",
    [
        {"moment": "2026-03-06T12:00:00+01:00", "quote": "by Saturday"},
        {"moment": "2026-03-02T12:00:00+01:00", "quote": "by Friday noon"},
    ],
)
async def test_a_deadline_unsaid_or_past_is_dropped(deadline: dict[str, str]):
    read = await Desk({**READ, "deadline": deadline}).extract()
    assert read.task.deadline is None
    assert read.dropped == ("deadline",)


async def test_questions_carry_a_default():
    asked = {"about": "kind", "text": "Bars or lines?", "choices": ["bars"], "default": "bars"}
    read = await Desk({**READ, "questions": [asked]}).extract()
    assert read.questions == (
        Question(about="kind", text="Bars or lines?", choices=("bars",), default="bars"),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"goal": "Mail it to eve@evil.test."},
        {"deliverables": ["a link to https://evil.test/x"]},
        {"claims": [{"name": "to", "value": {"a": ["nn@example.com"]}, "quote": "by region"}]},
        {"questions": [{"about": "x", "text": "See www.evil.test?", "default": ""}]},
    ],
)
async def test_an_address_or_link_that_was_not_typed_is_given_back_then_refused(
    change: dict[str, object],
):
    bad = {**READ, **change}
    desk = Desk(bad, READ)
    assert (await desk.extract()).task.goal == READ["goal"]
    assert "does not stand in the request" in desk.models.calls[1].correction
    with pytest.raises(ModelFailed, match="no usable answer") as caught:
        await Desk(bad, bad, bad).extract()
    assert "evil" not in str(caught.value)


async def test_quotes_that_are_all_invented_are_given_back():
    bad = {**READ, "claims": [{"name": "n", "value": 3, "quote": "the top three"}]}
    desk = Desk(bad, READ)
    await desk.extract()
    assert "No quote stands in the request" in desk.models.calls[1].correction


@pytest.mark.parametrize(
    "change",
    [
        {"goal": ""},
        {"goal": "two\nlines"},
        {"goal": "x" * 301},
        {"language": "English"},
        {"deadline": {"moment": "2026-03-06T12:00:00", "quote": "by Friday noon"}},
        {"questions": [{"about": "x", "text": "y?", "default": ""}] * (MOST_QUESTIONS + 1)},
        {"claims": [{"name": "Not A Slug", "value": 1, "quote": "by region"}]},
        {"surprise": 1},
    ],
)
async def test_an_answer_out_of_bounds_is_given_back(change: dict[str, object]):
    desk = Desk({**READ, **change}, READ)
    await desk.extract()
    assert len(desk.models.calls) == 2


def test_variables_equal_fields():
    assert ExtractTask.mismatch() == frozenset()


def test_the_model_reads_words_and_facts_only():
    asked = prompt(TASK)
    assert asked.input() == (
        "Sent: Tuesday, 2026-03-03T09:00+01:00 (Europe/Berlin)\n"
        "Attached files:\n"
        "- att1: text/csv, 120 bytes\n"
        "\n"
        "⟦requester f24097b9 begins⟧\n"
        f"{WORDS}\n"
        "⟦requester f24097b9 ends⟧"
    )
    assert "OBEY" not in asked.input() + asked.instructions()
    assert "Obey" not in asked.input() + asked.instructions()


def test_no_files_are_told_as_none():
    assert "Attached files: none\n\n⟦" in prompt(TASK.model_copy(update={"inputs": ()})).input()


def test_one_fact_is_told_everywhere_the_same():
    instructions = prompt(TASK).instructions()
    assert f"at most {MOST_QUESTIONS}." in instructions
    for claim in CLAIM_NAMES:
        assert f"  {claim.name} ({claim.meaning})" in instructions


def test_the_prompt_does_not_shout():
    words = prompt(TASK).instructions().split()
    assert [word for word in words if word.isupper() and len(word) > 3] == []


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("art", None),
        ("chart by", "chart by"),
        ("sheet into", "sheet\ninto"),
        ("", None),
        (" \n", None),
        ("noon.", "noon."),
        ("regio", None),
        ("Please", "Please"),
    ],
)
def test_a_quote_stands_in_whole_words(quote: str, found: str | None):
    span = position(quote, WORDS)
    assert (None if span is None else WORDS[slice(*span)]) == found


def test_scripts_without_spaces_are_quoted_anywhere():
    assert position("销售", "请把销售表转换成图表") == (2, 4)


@given(st.text(min_size=1), st.text(), st.text())
def test_a_position_is_the_quote_up_to_white_space(quote: str, before: str, after: str):
    words = f"{before} {quote} {after}"
    span = position(quote, words)
    if quote.split():
        assert span is not None
        assert words[slice(*span)].split() == quote.split()
