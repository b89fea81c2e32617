from datetime import UTC, datetime, timedelta

from sampark.domain.base import AccountId, GmailId, StepKey, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.plan import Plan, PlanOrigin
from sampark.domain.run import RunRecord, StepRun, StepStatus
from sampark.domain.task import Task

START = datetime(2027, 3, 1, tzinfo=UTC)
TASK = Task(
    id=TaskId("t"),
    account=AccountId("sampark@example.com"),
    thread_id=ThreadId("th"),
    gmail_id=GmailId("g"),
    requester=Address(email="you@example.com"),
    goal="G",
    words="G",
    asked_at=START,
)
PLAN = Plan(goal="G", steps=(), origin=PlanOrigin(kind="person", name="test"))


def attempt(number: int, *, seconds: float | None = None) -> StepRun:
    return StepRun(
        key=StepKey("s"),
        attempt=number,
        status=StepStatus.DONE,
        started_at=START,
        finished_at=None if seconds is None else START + timedelta(seconds=seconds),
    )


def test_an_attempt_knows_how_long_it_took() -> None:
    assert attempt(1, seconds=1.5).seconds == 1.5


def test_an_attempt_under_way_took_no_time_yet() -> None:
    assert attempt(1).seconds == 0.0


def test_the_last_attempt_counts_in_whatever_order_they_stand() -> None:
    record = RunRecord(task=TASK, plan=PLAN, steps=(attempt(2), attempt(3), attempt(1)))
    last = record.last("s")
    assert last is not None
    assert last.attempt == 3
    assert record.last("other") is None


def test_a_record_survives_its_json() -> None:
    record = RunRecord(task=TASK, plan=PLAN, steps=(attempt(1, seconds=2),))
    assert RunRecord.model_validate_json(record.model_dump_json()) == record
