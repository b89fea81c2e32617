"""Events, model calls and waits: they grow in order, and nothing is passed over."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from sampark.domain.base import Frozen, TaskId
from sampark.domain.task import Task, TaskStatus
from sampark.errors import StoreError
from sampark.storage.conftest import StandingClock
from sampark.storage.rows import ModelCall
from sampark.storage.store import Store

TASK = TaskId("task1")


def test_events_in_order(store: Store, clock: StandingClock):
    assert (store.events.last(), store.events.since(0)) == (0, [])
    store.events.add(None, "first", {"n": 1, "deep": [None, {"x": "ü"}]})
    store.events.add(TASK, "second", {})
    first, second = store.events.since(0)
    assert (first.kind, first.task, first.at) == ("first", None, clock.now())
    assert first.detail == {"n": 1, "deep": [None, {"x": "ü"}]}
    assert (second.task, second.seq) == (TASK, store.events.last())
    assert store.events.since(first.seq) == [second]
    assert store.events.since(0, limit=1) == [first]
    assert store.events.since(second.seq) == []


def test_a_reader_of_the_newest_sees_every_event(store: Store):
    writers, each = 4, 15

    def write(name: str) -> None:
        for number in range(each):
            store.events.add(None, name, {"number": number})

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[tuple[str, object]] = []
    last = 0
    while len(seen) < writers * each:
        alive = any(thread.is_alive() for thread in threads)
        fresh = store.events.since(last)
        seen += [(event.kind, event.detail["number"]) for event in fresh]
        last = fresh[-1].seq if fresh else last
        if not alive and not fresh:
            break
    assert len(set(seen)) == len(seen) == writers * each


def call(**changes: object) -> ModelCall:
    told = {
        "role": "plan",
        "model": "test:one",
        "prompt": "propose_plan",
        "fingerprint": "0" * 12,
        "input_tokens": 1200,
        "output_tokens": 80,
        "usd": Decimal("0.000123456789"),
        "seconds": 1.5,
        "task": TASK,
        "at": StandingClock().now(),
        "trace": '[{"content": "words"}]',
    }
    return ModelCall.model_validate({**told, **changes})


def test_calls_come_back_to_the_last_digit(store: Store):
    free = call(usd=None, task=None, failure="timeout", requests=2, cached_tokens=9)
    for each in (call(), free):
        store.calls.add(each)
    assert store.calls.rows() == [call(), free]
    assert store.calls.rows(TASK) == [call()]


def test_a_record_of_a_call_becomes_a_row(clock: StandingClock):
    class Record(Frozen):
        role: str = "plan"
        model: str = "m"
        prompt: str = "p"
        fingerprint: str = "f"
        input_tokens: int = 1
        output_tokens: int = 2
        usd: Decimal | None = None
        seconds: float = 0.5
        trace: str = "[]"

    made = ModelCall.of(Record(), task=TASK, at=clock.now())
    assert (made.role, made.task, made.at) == ("plan", TASK, clock.now())


@pytest.fixture
def _task(store: Store, make_task: Callable[..., Task]) -> None:
    store.tasks.add(make_task(), TaskStatus.RUNNING)


@pytest.mark.usefixtures("_task")
def test_waits_fall_due(store: Store, clock: StandingClock):
    for minutes, key in ((20, "late"), (10, "soon"), (60, "far")):
        store.waits.add(TASK, key, f"wf-{key}", clock.now() + timedelta(minutes=minutes))
    assert [wait.step_key for wait in store.waits.open()] == ["soon", "late", "far"]
    assert store.waits.due(clock.now()) == []
    clock.advance(minutes=20)
    assert [wait.workflow_id for wait in store.waits.due(clock.now())] == ["wf-soon", "wf-late"]
    store.waits.done(TASK, "soon")
    store.waits.done(TASK, "soon")
    store.waits.done(TASK, "never there")
    assert [wait.step_key for wait in store.waits.due(clock.now())] == ["late"]
    assert [wait.step_key for wait in store.waits.open(TASK)] == ["late", "far"]
    assert store.waits.open(TaskId("other")) == []


@pytest.mark.usefixtures("_task")
def test_a_wait_set_again_is_open_again(store: Store, clock: StandingClock):
    store.waits.add(TASK, "w", "wf-1", clock.now())
    store.waits.done(TASK, "w")
    store.waits.add(TASK, "w", "wf-2", clock.now() + timedelta(hours=1))
    (wait,) = store.waits.open(TASK)
    assert (wait.workflow_id, wait.due_at) == ("wf-2", clock.now() + timedelta(hours=1))


def test_a_wait_of_no_task_is_refused(store: Store, clock: StandingClock):
    with pytest.raises(StoreError, match=r"refused a change.*(?i:foreign key)"):
        store.waits.add(TASK, "w", "wf", clock.now())
