"""Runs and blobs: plans by version, attempts, values, files."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sampark.domain.base import StepKey, TaskId
from sampark.domain.plan import Plan, PlanOrigin, Ref, Step
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.domain.task import Task, TaskStatus
from sampark.domain.value import REQUESTER, Origin, Value
from sampark.errors import StoreError
from sampark.storage.runs import Noted
from sampark.storage.store import Store

TASK = TaskId("task1")
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = StepKey("note")

MakePlan = Callable[..., Plan]


@pytest.fixture(autouse=True)
def _task(store: Store, make_task: Callable[..., Task]) -> None:
    store.tasks.add(make_task(), TaskStatus.RUNNING)


def begun(attempt: int, at: datetime) -> StepRun:
    return StepRun(key=KEY, attempt=attempt, status=StepStatus.RUNNING, started_at=at)


def run(key: str, attempt: int = 1, *, at: int = 0, words: str = "") -> StepRun:
    origins = frozenset({REQUESTER, Origin(kind="attachment", ref="a1")})
    return StepRun(
        key=StepKey(key),
        attempt=attempt,
        status=StepStatus.DONE,
        started_at=START + timedelta(seconds=at),
        finished_at=START + timedelta(seconds=at + 1),
        value=Value(data={"words": words}, origins=origins),
        usd=0.125,
        tokens=7,
    )


def test_a_plan_comes_back_with_its_hash(store: Store):
    first = Step(key=StepKey("open"), title="Open", tool="file.open", args={"handle": "a1"})
    args = {"file": Ref(step=first.key, field="file"), "pages": ["1", 2, None, {"deep": [True]}]}
    second = Step(key=StepKey("split"), title="Split", tool="pdf.split", args=args)
    origin = PlanOrigin(kind="person", name="you")
    plan = Plan(goal="Split", steps=(first, second), origin=origin)
    store.runs.save_plan(TASK, plan)
    back = store.runs.plan(TASK)
    assert back is not None
    assert back.hash == plan.hash
    assert back.step("split").needs == {"open"}


def test_the_latest_version_is_the_plan(store: Store, make_plan: MakePlan):
    assert store.runs.plan(TASK) is None
    for version in (1, 3, 2):
        store.runs.save_plan(TASK, make_plan(version))
    assert store.runs.plan(TASK) == make_plan(3)
    assert store.runs.plan(TASK, 2) == make_plan(2)
    assert store.runs.plan(TASK, 9) is None


def test_a_version_never_changes(store: Store, make_plan: MakePlan):
    store.runs.save_plan(TASK, make_plan())
    store.runs.save_plan(TASK, make_plan())
    with pytest.raises(StoreError, match="Version 1 of the plan of task task1"):
        store.runs.save_plan(TASK, make_plan(words="other"))
    assert store.runs.plan(TASK) == make_plan()


def test_attempts_begin_and_finish(store: Store, make_plan: MakePlan):
    store.runs.save_plan(TASK, make_plan())
    store.runs.finish(TASK, 1, begun(1, START))
    assert [step.status for step in store.runs.steps(TASK)] == [StepStatus.RUNNING]
    error = StepError(kind="timeout", message="It took too long.", transient=True)
    failed = StepRun(key=KEY, attempt=1, status=StepStatus.FAILED, started_at=START, error=error)
    store.runs.finish(TASK, 1, failed)
    store.runs.finish(TASK, 1, begun(2, START + timedelta(seconds=3)))
    store.runs.finish(TASK, 1, run("note", 2, at=3))
    assert store.runs.steps(TASK) == (failed, run("note", 2, at=3))


def test_several_notes_are_written_in_their_order_or_not_at_all(store: Store):
    store.runs.note([Noted(TASK, 1, begun(1, START)), Noted(TASK, 1, run("note", 1))])
    assert store.runs.steps(TASK, 1) == (run("note", 1),)
    with pytest.raises(StoreError):
        store.runs.note([Noted(TASK, 1, run("other")), Noted(TaskId("gone"), 1, run("note"))])
    assert [step.key for step in store.runs.steps(TASK, 1)] == [KEY]


def test_a_repeated_attempt_is_written_over(store: Store):
    store.runs.finish(TASK, 1, run("note", words="first"))
    store.runs.finish(TASK, 1, begun(1, START))
    assert store.runs.steps(TASK, 1)[0].value is None
    store.runs.finish(TASK, 1, run("note", words="second"))
    assert store.runs.value(TASK, 1, KEY).data == {"words": "second"}


def test_a_step_may_finish_that_never_began(store: Store):
    skipped = StepRun(key=KEY, attempt=1, status=StepStatus.SKIPPED)
    store.runs.finish(TASK, 1, skipped)
    assert store.runs.steps(TASK) == (skipped,)


def test_steps_are_of_one_version_in_the_order_they_began(store: Store, make_plan: MakePlan):
    for version in (1, 2):
        store.runs.save_plan(TASK, make_plan(version))
    store.runs.finish(TASK, 1, run("old"))
    for key, at in [("c", 1), ("b", 2), ("a", 1)]:
        store.runs.finish(TASK, 2, run(key, at=at))
    assert [step.key for step in store.runs.steps(TASK)] == ["a", "c", "b"]
    assert [step.key for step in store.runs.steps(TASK, 1)] == ["old"]


def test_a_value_is_that_of_the_last_attempt_that_gave_one(store: Store):
    store.runs.finish(TASK, 1, run("note", 1, words="first"))
    store.runs.finish(TASK, 1, run("note", 2, words="second"))
    store.runs.finish(TASK, 1, begun(3, START))
    assert store.runs.value(TASK, 1, KEY) == run("note", 2, words="second").value
    with pytest.raises(StoreError, match="step other"):
        store.runs.value(TASK, 1, StepKey("other"))


def test_values_and_attempts_of_some_steps(store: Store):
    for key in ("a", "b", "c"):
        store.runs.finish(TASK, 1, run(key, words=key))
    keys = (StepKey("c"), StepKey("a"))
    assert list(store.runs.values(TASK, 1, keys)) == list(keys)
    assert store.runs.values(TASK, 1, ()) == {}
    assert store.runs.steps(TASK, 1, key=StepKey("b")) == (run("b", words="b"),)
    with pytest.raises(StoreError, match="step gone"):
        store.runs.values(TASK, 1, (*keys, StepKey("gone")))


def test_the_record_has_task_plan_and_steps(
    store: Store, make_plan: MakePlan, make_task: Callable[..., Task]
):
    with pytest.raises(StoreError, match="no plan of task task1"):
        store.runs.record(TASK)
    store.runs.save_plan(TASK, make_plan())
    store.runs.finish(TASK, 1, run("note"))
    record = store.runs.record(TASK)
    assert (record.task, record.plan, record.steps) == (make_task(), make_plan(), (run("note"),))


def test_every_move_is_told(store: Store, make_plan: MakePlan):
    before = store.events.last()
    store.runs.save_plan(TASK, make_plan())
    store.runs.finish(TASK, 1, begun(1, START))
    store.runs.finish(TASK, 1, run("note", words="secret"))
    told = [(event.kind, event.detail) for event in store.events.since(before)]
    step = {"step": "note", "version": 1, "attempt": 1}
    assert told == [
        ("plan.saved", {"version": 1, "hash": make_plan().hash}),
        ("step.status", {**step, "status": "running"}),
        ("step.status", {**step, "status": "done"}),
    ]


def test_a_run_of_no_task_is_refused(store: Store, make_plan: MakePlan):
    before = store.events.last()
    with pytest.raises(StoreError, match=r"refused a change.*(?i:foreign key)") as caught:
        store.runs.finish(TaskId("nobody"), 1, begun(1, START))
    assert "never added" in caught.value.fix
    with pytest.raises(StoreError):
        store.runs.save_plan(TaskId("nobody"), make_plan())
    assert store.events.last() == before


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 9000])
def test_blobs_come_back(store: Store, content: bytes):
    sha256 = store.blobs.put(TASK, content)
    assert store.blobs.put(TASK, content) == sha256
    assert store.blobs.get(TASK, sha256) == content


def test_a_blob_belongs_to_its_task(store: Store):
    sha256 = store.blobs.put(TASK, b"mine")
    with pytest.raises(StoreError, match=sha256):
        store.blobs.get(TaskId("task2"), sha256)
    assert store.blobs.put(TaskId("task2"), b"mine") == sha256
    assert store.blobs.get(TaskId("task2"), sha256) == b"mine"
