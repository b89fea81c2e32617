"""Tasks: what is asked comes back whole, and nothing leaves a final status."""

import threading
from collections.abc import Callable

import pytest

from sampark.domain.base import AccountId, TaskId, ThreadId
from sampark.domain.task import Question, Task, TaskStatus
from sampark.errors import StoreError
from sampark.storage.conftest import ACCOUNT, StandingClock
from sampark.storage.store import Store

MakeTask = Callable[..., Task]
NOBODY = TaskId("nobody")


def test_a_task_comes_back_whole(store: Store, make_task: MakeTask):
    task = make_task()
    store.tasks.add(task, TaskStatus.NEW)
    assert store.tasks.get(task.id) == task
    assert store.tasks.status(task.id) is TaskStatus.NEW


def test_adding_again_changes_nothing(store: Store, make_task: MakeTask):
    store.tasks.add(make_task(), TaskStatus.RUNNING)
    store.tasks.add(make_task().model_copy(update={"goal": "another"}), TaskStatus.NEW)
    assert store.tasks.get(TaskId("task1")) == make_task()
    assert store.tasks.status(TaskId("task1")) is TaskStatus.RUNNING
    assert len(store.events.since(0)) == 1


def test_saving_writes_anew(store: Store, make_task: MakeTask):
    store.tasks.add(make_task(), TaskStatus.NEW)
    store.tasks.save(make_task().model_copy(update={"goal": "another"}))
    assert store.tasks.get(TaskId("task1")).goal == "another"


@pytest.mark.parametrize("final", [status for status in TaskStatus if status.final])
def test_nothing_leaves_a_final_status(store: Store, make_task: MakeTask, final: TaskStatus):
    store.tasks.add(make_task(), TaskStatus.NEW)
    assert store.tasks.set_status(TaskId("task1"), final, note="so")
    for status in TaskStatus:
        assert store.tasks.set_status(TaskId("task1"), status) is (status is final)
    assert store.tasks.status(TaskId("task1")) is final
    assert store.tasks.rows()[0].note == "so"


def test_one_of_many_endings_wins(store: Store, make_task: MakeTask):
    store.tasks.add(make_task(), TaskStatus.RUNNING)
    ends = [status for status in TaskStatus if status.final]
    won: list[TaskStatus] = []
    ready = threading.Barrier(3)

    def finish(status: TaskStatus) -> None:
        ready.wait()
        if store.tasks.set_status(TaskId("task1"), status):
            won.append(status)

    threads = [threading.Thread(target=finish, args=(status,)) for status in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [store.tasks.status(TaskId("task1"))]


def test_changes_of_status_are_told_once(store: Store, make_task: MakeTask):
    store.tasks.add(make_task(), TaskStatus.NEW)
    for status in (TaskStatus.RUNNING, TaskStatus.RUNNING, TaskStatus.DONE, TaskStatus.DONE):
        store.tasks.set_status(TaskId("task1"), status, note="Dear you, a secret")
    told = [(event.task, event.kind, event.detail) for event in store.events.since(0)]
    statuses = ("new", "running", "done")
    assert told == [("task1", "task.status", {"status": status}) for status in statuses]


def test_rows_newest_first(store: Store, make_task: MakeTask, clock: StandingClock):
    for number in range(3):
        store.tasks.add(make_task(f"task{number}"), TaskStatus.NEW)
    clock.advance(seconds=5)
    store.tasks.set_status(TaskId("task1"), TaskStatus.FAILED, note="no such column")
    rows = store.tasks.rows()
    assert [row.id for row in rows] == ["task2", "task1", "task0"]
    assert (rows[1].note, rows[1].status) == ("no such column", TaskStatus.FAILED)
    assert (rows[1].updated_at - rows[1].created_at).total_seconds() == 5
    assert (rows[1].requester.email, rows[1].subject) == ("you@example.com", "The quarterly sheet")
    assert [row.id for row in store.tasks.rows(limit=1)] == ["task2"]
    assert [row.id for row in store.tasks.rows(status=TaskStatus.FAILED)] == ["task1"]
    assert [row.id for row in store.tasks.open()] == ["task2", "task0"]


def test_found_in_their_thread(store: Store, make_task: MakeTask):
    thread = ThreadId("t0001")
    assert store.tasks.latest_in_thread(ACCOUNT, thread) is None
    for name in ("task1", "task2", "task3"):
        store.tasks.add(make_task(name), TaskStatus.NEW)
    store.tasks.add(make_task("task4", thread="t0002"), TaskStatus.NEW)
    store.tasks.set_status(TaskId("task3"), TaskStatus.DONE)
    assert store.tasks.latest_in_thread(ACCOUNT, thread) == "task3"


def test_stop_is_asked_once_and_remembered(store: Store, make_task: MakeTask):
    store.tasks.add(make_task(), TaskStatus.RUNNING)
    assert not store.tasks.stop_requested(TaskId("task1"))
    before = store.events.last()
    store.tasks.request_stop(TaskId("task1"))
    store.tasks.request_stop(TaskId("task1"))
    assert store.tasks.stop_requested(TaskId("task1"))
    assert [event.kind for event in store.events.since(before)] == ["task.stop"]


def test_questions(store: Store, make_task: MakeTask):
    store.tasks.add(make_task(), TaskStatus.ASKING)
    assert store.tasks.questions(TaskId("task1")) == ()
    asked = (Question(about="column", text="Which column?", choices=("a", "b"), default="a"),)
    store.tasks.save_questions(TaskId("task1"), asked)
    assert store.tasks.questions(TaskId("task1")) == asked
    store.tasks.save_questions(TaskId("task1"), ())
    assert store.tasks.questions(TaskId("task1")) == ()


def test_an_unknown_task_is_told(store: Store, make_task: MakeTask):
    calls: list[Callable[[], object]] = [
        lambda: store.tasks.get(NOBODY),
        lambda: store.tasks.status(NOBODY),
        lambda: store.tasks.set_status(NOBODY, TaskStatus.DONE),
        lambda: store.tasks.request_stop(NOBODY),
        lambda: store.tasks.save_questions(NOBODY, ()),
        lambda: store.tasks.save(make_task("nobody")),
    ]
    for call in calls:
        with pytest.raises(StoreError, match="no task nobody"):
            call()


def test_a_task_of_no_account_is_refused(store: Store, make_task: MakeTask):
    stray = make_task().model_copy(update={"account": AccountId("nobody@example.com")})
    with pytest.raises(StoreError) as caught:
        store.tasks.add(stray, TaskStatus.NEW)
    assert "never added" in caught.value.fix
    assert "Please sum up" not in str(caught.value)
