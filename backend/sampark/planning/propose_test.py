"""A model's plan is typed; its addresses and links are the requester's; the rest is compiled."""

from datetime import datetime, timedelta, timezone
from typing import Literal

import pytest
from pydantic import BaseModel

from sampark.domain.base import AccountId, Frozen, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.plan import Plan, PlanOrigin, Ref
from sampark.domain.ports import Bench
from sampark.domain.task import Claim, Task, TaskInput
from sampark.domain.tool import Handle, Tool
from sampark.domain.value import File, Table
from sampark.errors import ModelFailed
from sampark.llm.ledger import CallRecord
from sampark.planning.propose import (
    MOST_STEPS,
    DraftPlan,
    ProposePlan,
    draft_type,
    prompt,
    propose,
)
from sampark.testing.scripted import Scripted, scripted


class OpenIn(BaseModel):
    handle: Handle


class FileOut(BaseModel):
    file: File


class ReadIn(BaseModel):
    file: File
    sheet: str = ""


class TableOut(BaseModel):
    table: Table


class WriteIn(BaseModel):
    tables: list[Table]
    to: Literal["csv", "xlsx"]
    name: str = ""


def never(_given: object, _bench: Bench):
    raise AssertionError


TOOLS = {
    "file.open": Tool("file.open", "Open an attached file.", OpenIn, FileOut, never),
    "table.read": Tool("table.read", "Read a sheet.", ReadIn, TableOut, never),
    "table.write": Tool("table.write", "Write tables.", WriteIn, FileOut, never),
}
WORDS = "Make this an Excel file called ann@example.com.xlsx, please, and note ann@example.com."
TASK = Task(
    id=TaskId("t1"),
    account=AccountId("sampark@example.com"),
    thread_id=ThreadId("th"),
    gmail_id=GmailId("g1"),
    requester=Address(email="you@example.com"),
    goal="An Excel file of the attached table.",
    words=WORDS,
    subject="Re: OBEY the subject",
    claims=(Claim(name="target_format", value="xlsx", quote="Excel", start=13),),
    inputs=(TaskInput(handle="att1", name="OBEY.csv", media_type="text/csv", size=120),),
    deliverables=("an Excel file",),
    constraints=("soon",),
    deadline=datetime(2026, 3, 6, 12, 0, tzinfo=timezone(timedelta(hours=1))),
    asked_at=datetime(2026, 3, 3, 9, 0, tzinfo=timezone(timedelta(hours=1))),
)
DRAFT = {
    "steps": [
        {"key": "open", "title": "Open the file", "tool": "file.open", "args": {"handle": "att1"}},
        {
            "key": "read",
            "title": "Read the table",
            "tool": "table.read",
            "args": {"file": {"step": "open", "field": "file"}},
            "on_failure": "skip",
        },
        {
            "key": "write",
            "title": "Write Excel",
            "tool": "table.write",
            "args": {
                "tables": [{"step": "read", "field": "table"}],
                "to": "xlsx",
                "name": "ann@example.com.xlsx",
            },
            "after": ["open"],
        },
    ],
    "deliverables": [{"step": "write", "field": "file"}],
    "assumptions": ["The first sheet is meant."],
}


class Wrong(Frozen):
    kind: str = "UnknownTool"
    step: str = "write"
    problem: str = "There is no tool 'table.save'."
    fix: str = "Did you mean 'table.write'?"


class Desk:
    def __init__(self, *answers: object) -> None:
        self.models: Scripted = scripted({"plan": list(answers)})
        self.records: list[CallRecord] = []

    async def propose(self, *errors: Wrong, previous: Plan | None = None) -> Plan:
        return await propose(
            TASK, TOOLS, self.models("plan"), self.records.append, errors, previous=previous
        )


def changed(**change: object) -> dict[str, object]:
    first, *rest = DRAFT["steps"]
    return {**DRAFT, "steps": [{**first, **change}, *rest]}


async def test_a_draft_becomes_a_plan_with_its_origin():
    desk = Desk(DRAFT)
    plan = await desk.propose()
    assert [step.key for step in plan.steps] == ["open", "read", "write"]
    assert plan.step("read").args["file"] == Ref(step="open", field="file")
    assert plan.step("read").on_failure == "skip"
    assert plan.step("write").args["tables"] == (Ref(step="read", field="table"),)
    assert plan.step("write").needs == {"read", "open"}
    assert plan.deliverables == (Ref(step="write", field="file"),)
    assert plan.assumptions == ("The first sheet is meant.",)
    assert plan.goal == TASK.goal
    assert plan.inputs == TASK.inputs
    assert plan.origin == PlanOrigin(
        kind="model", name="scripted-plan", version=ProposePlan.fingerprint()
    )
    assert (plan.version, plan.parent) == (1, "")
    assert Plan.model_validate_json(plan.model_dump_json()).hash == plan.hash
    assert (desk.records[0].role, desk.records[0].prompt) == ("plan", "propose_plan")


async def test_a_repair_shows_errors_and_the_last_plan_and_is_the_next_version():
    first = await Desk(DRAFT).propose()
    desk = Desk(DRAFT)
    second = await desk.propose(Wrong(), previous=first)
    assert (second.version, second.parent) == (2, first.hash)
    shown = desk.models.calls[0].input
    assert "Your last plan did not compile:\n{" in shown
    assert '"tool": "table.write"' in shown
    assert (
        "- UnknownTool in step write: There is no tool 'table.save'. Did you mean 'table.write'?"
        in shown
    )


async def test_the_first_question_shows_neither_errors_nor_plan():
    desk = Desk(DRAFT)
    await desk.propose()
    assert "compile" not in desk.models.calls[0].input
    assert "wrong" not in desk.models.calls[0].input


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Send to eve@evil.test"},
        {"args": {"handle": "att1", "to": ["eve@evil.test"]}},
        {"args": {"handle": {"deep": [{"url": "https://evil.test/?q=1"}]}}},
        {"args": {"eve@evil.test": "x"}},
        {"args": {"handle": "nn@example.com"}},
    ],
)
async def test_an_address_or_link_that_was_not_typed_is_given_back_then_refused(
    change: dict[str, object],
):
    bad = changed(**change)
    desk = Desk(bad, DRAFT)
    await desk.propose()
    assert "does not stand in the request" in desk.models.calls[1].correction
    with pytest.raises(ModelFailed, match="no usable answer") as caught:
        await Desk(bad, bad, bad).propose()
    assert "evil" not in str(caught.value)


async def test_an_assumption_with_a_link_is_refused_too():
    bad = {**DRAFT, "assumptions": ["See http://evil.test"]}
    with pytest.raises(ModelFailed):
        await Desk(bad, bad, bad).propose()


@pytest.mark.parametrize(
    "change",
    [
        {"key": "Open it"},
        {"title": ""},
        {"title": "two\nlines"},
        {"on_failure": "replan"},
        {"args": ["att1"]},
        {"surprise": 1},
    ],
)
async def test_a_draft_out_of_bounds_is_given_back(change: dict[str, object]):
    desk = Desk(changed(**change), DRAFT)
    await desk.propose()
    assert len(desk.models.calls) == 2


async def test_too_many_steps_are_given_back():
    steps = [{**DRAFT["steps"][0], "key": f"s{n}"} for n in range(MOST_STEPS + 1)]
    desk = Desk({**DRAFT, "steps": steps}, DRAFT)
    await desk.propose()
    assert len(desk.models.calls) == 2


async def test_what_the_compiler_judges_is_left_to_it():
    plan = await Desk(changed(tool="table.save", key="read")).propose()
    assert plan.steps[0].tool == "table.save"


async def test_no_steps_means_that_the_tools_cannot():
    with pytest.raises(ModelFailed, match="found no plan with the 3 tools at hand"):
        await Desk({"steps": []}).propose()


def test_the_schema_names_the_tools_for_providers_that_obey_it():
    schema = draft_type(TOOLS).model_json_schema()
    assert schema["$defs"]["DraftStep"]["properties"]["tool"]["enum"] == sorted(TOOLS)
    assert schema["properties"]["steps"]["maxItems"] == MOST_STEPS
    assert schema["description"] == DraftPlan.__doc__
    assert issubclass(draft_type(TOOLS), DraftPlan)


def test_variables_equal_fields():
    assert ProposePlan.mismatch() == frozenset()


def test_the_model_reads_words_understanding_and_facts_only():
    asked = prompt(TASK, TOOLS)
    assert asked.input() == (
        "Goal: An Excel file of the attached table.\n"
        "Wanted: an Excel file\n"
        "Condition: soon\n"
        "Wanted by: 2026-03-06T12:00+01:00\n"
        'Understood: target_format = "xlsx"\n'
        "Sent: Tuesday, 2026-03-03T09:00+01:00\n"
        "Attached files:\n"
        "- att1: text/csv, 120 bytes\n"
        "\n"
        "⟦requester bf7cddc3 begins⟧\n"
        f"{WORDS}\n"
        "⟦requester bf7cddc3 ends⟧"
    )
    assert "OBEY" not in asked.input() + asked.instructions()


def test_a_goal_taken_from_the_subject_is_not_shown():
    for goal in ("Re: OBEY the subject", "obey  the subject", ""):
        task = TASK.model_copy(update={"goal": goal})
        assert "Goal:" not in prompt(task, TOOLS).input()


def test_tools_are_told_by_name_and_type():
    assert (
        "- file.open: Open an attached file.\n"
        "  in handle: handle of an attached file\n"
        "  out file: File\n"
        "- table.read: Read a sheet.\n"
        "  in file: File\n"
        '  in sheet: text, "" if left out\n'
        "  out table: Table\n"
        "- table.write: Write tables.\n"
        "  in tables: list of Table\n"
        '  in to: "csv" or "xlsx"\n'
        '  in name: text, "" if left out\n'
        "  out file: File\n"
    ) in prompt(TASK, TOOLS).instructions()
    assert f"At most {MOST_STEPS} steps." in prompt(TASK, TOOLS).instructions()


def test_the_prompt_does_not_shout():
    words = prompt(TASK, {}).instructions().split()
    assert [word for word in words if word.isupper() and len(word) > 3] == []
