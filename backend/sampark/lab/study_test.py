"""Reading, fitting, compiling and trying, with the real playbooks and tools and no mail."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sampark.domain.tool import Sink
from sampark.errors import PlanRefused
from sampark.lab.building import plan
from sampark.lab.drafting import step
from sampark.lab.file_view import FileView
from sampark.lab.plan_view import PlanView
from sampark.lab.study import Study
from sampark.lab.table_view import TableView
from sampark.lab.task_view import AskView
from sampark.testing.clock import ManualClock

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
CSV = b"region,amount\nNorth,10\nSouth,20\nNorth,5\n"


@pytest.fixture
def study():
    return Study(ManualClock(NOON))


def total(**files):
    return plan(
        "Total by region",
        step("open", "file.open", handle="att1"),
        step("read", "table.read", file="open.file"),
        step("ask", "table.ask", table="read.table", measure="sum", column="amount", by="region"),
        step("book", "table.write", table="ask.table", to="csv", name="totals"),
        deliver=["ask.answer", "book.file"],
        files=files or {"sales.csv": CSV},
    )


def test_words_are_read_with_their_evidence(study):
    task = study.understand("Please convert this to PDF.", files=["minutes.md"])
    assert task.claims["verb"] == "convert"
    assert task.quote("verb") in task.words
    assert task.task.asked_at == NOON
    assert "<mark>" in task.html()
    assert repr(task) == repr(study.understand("Please convert this to PDF.", files=["minutes.md"]))


def test_a_task_becomes_a_plan_that_runs(study):
    found = study.fit(study.understand("Please convert this to PDF.", files=["minutes.md"]))
    assert isinstance(found, PlanView)
    assert study.check(found)
    ran = study.run(found)
    assert ran.ok
    assert list(ran.files) == ["minutes.pdf"]


def test_what_is_missing_is_asked_and_an_answer_helps(study):
    asked = study.fit(study.understand("Please convert the attached file.", files=["minutes.md"]))
    assert isinstance(asked, AskView)
    assert repr(asked).startswith("Questions first:")
    assert asked.questions[0].text.split()[0] in asked.html()
    assert isinstance(study.fit(asked.answered("docx")), PlanView)


def test_what_fits_nothing_says_so(study):
    asked = study.fit(study.understand("Write me a poem about autumn leaves."))
    assert isinstance(asked, AskView)
    assert not asked.questions
    assert repr(asked).startswith("No plan:")


def test_a_broken_plan_is_told_error_by_error_and_never_runs(study):
    broken = total().with_args("ask", table="read.tabel").without("open")
    verdict = study.check(broken)
    assert not verdict
    assert verdict.kinds.count("DanglingRef") == 2
    assert "Did you mean" in verdict.html()
    assert "Does not compile" in repr(verdict)
    with pytest.raises(PlanRefused, match=r"(?s)DanglingRef.*\n- DanglingRef"):
        study.run(broken)


def test_a_deadline_and_a_budget_are_kept(study):
    late = study.check(total(), deadline=NOON - timedelta(days=1))
    assert late.kinds == ["PastDeadline"]
    assert study.check(total(), budget_usd=1.0).ok


def test_a_run_gives_words_tables_and_files(study):
    ran = study.run(total())
    assert ran
    assert repr(ran) == "Run(4 steps: 4 done)"
    assert "North" in ran.words
    table = ran.value("read.table")
    assert isinstance(table, TableView)
    assert table.column("amount") == [10, 20, 5]
    file = ran.value(step("book").file)
    assert isinstance(file, FileView)
    assert (
        file.tables[0].records
        == [
            {"region": "South", "sum of amount": 20},
            {"region": "North", "sum of amount": 15},
        ]
        or len(file.tables[0].rows) == 2
    )
    assert ran.origins("read") == ["attachment:att1", "requester"] or ran.origins("read")
    assert "<script" not in ran.html()


def test_a_failed_step_is_told_and_what_needs_it_is_skipped(study):
    ran = study.run(total().with_args("ask", column="zzz"))
    assert not ran
    assert ran.statuses == {"open": "done", "read": "done", "ask": "failed", "book": "skipped"}
    assert "zzz" in ran.errors["ask"]
    assert ran.files == {}
    with pytest.raises(PlanRefused, match=r"no ask\.answer.*read\.table"):
        ran.value("ask.answer")


def test_other_files_may_stand_for_the_handles(study):
    ran = study.run(total(), files={"other.csv": b"region,amount\nEast,1\n"})
    assert "East" in ran.words


def test_a_handle_without_a_file_does_not_compile(study):
    with pytest.raises(PlanRefused, match="att1"):
        study.run(total(), files={})


async def test_a_run_may_be_awaited_and_may_be_called_where_a_loop_runs(study):
    assert (await study.arun(total())).ok
    assert study.run(total()).ok


def test_a_step_that_waits_does_not_wait_here(study):
    then = (NOON + timedelta(days=30)).isoformat()
    waiting = plan(
        "Tea",
        step("wait", "time.wait", until=then),
        step("tea", "remind.note", what="tea", after=["wait"]),
        deliver=["tea.note"],
    )
    assert study.run(waiting).ok


def test_a_trial_never_acts_outside(study):
    acting = {
        name: type(tool)(
            **{**vars(tool), "sink": Sink.REPLY_OWNER if name == "text.note" else tool.sink}
        )
        for name, tool in study.tools.items()
    }
    study.tools = acting
    with pytest.raises(PlanRefused, match=r"'say' would act outside \(reply\.owner\)"):
        study.run(plan("Say", step("say", "text.note", words="Hi"), deliver=["say.note"]))


def test_two_runs_show_the_same(study):
    first, second = study.run(total()), Study().run(total())
    assert first.html() == second.html()
    assert first.text() == second.text()


def test_the_catalogues_show_themselves(study):
    assert "table.ask" in repr(study.catalog())
    assert "the handle of an attachment" in study.catalog().html()
    assert len(study.playbooks()) >= 6


def test_a_time_zone_is_told_from_the_moment(study):
    at = datetime(2027, 5, 1, 9, 0, tzinfo=UTC)
    task = study.understand("Remind me tomorrow at 9:00 to call Bob.", at=at)
    assert task.task.asked_at == at
    assert asyncio.run(study.arun(total())).ok
