"""What is still moving. A task that waits for a person or a date is not."""

from sampark.domain.base import TaskId
from sampark.domain.ports import Clock
from sampark.domain.run import StepStatus
from sampark.domain.task import TaskStatus
from sampark.storage.store import Store

WAITING = {TaskStatus.ASKING, TaskStatus.APPROVING}
UNDER_WAY = {StepStatus.QUEUED, StepStatus.RUNNING, StepStatus.WAITING}


def moving(store: Store, clock: Clock) -> list[str]:
    """Return what has not come to rest, by name; empty when nothing will happen by itself."""
    mails = [f"mail {ref.key}" for ref in store.mails.unfinished()]
    sends = [f"outbox {key}" for key in store.outbox.unfinished()]
    tasks = [
        f"task {row.id} {row.status}"
        for row in store.tasks.open()
        if not _rests(store, clock, row.id, row.status)
    ]
    return mails + sends + tasks


def _rests(store: Store, clock: Clock, task: TaskId, status: TaskStatus) -> bool:
    """A running task rests when nothing of it can go on but what waits for a later moment."""
    if store.tasks.interrupted(task):
        return False
    if status in WAITING:
        return True
    plan = store.runs.plan(task)
    waits = {row.step_key: row.due_at for row in store.waits.open(task)}
    if status is not TaskStatus.RUNNING or plan is None or not waits:
        return False
    last = {run.key: run for run in sorted(store.runs.steps(task), key=lambda run: run.attempt)}
    done = {key for key, run in last.items() if run.status is StepStatus.DONE}
    could_go_on = [
        step.key
        for step in plan.steps
        if step.needs <= done and (step.key not in last or last[step.key].status in UNDER_WAY)
    ]
    return all(key in waits and waits[key] > clock.now() for key in could_go_on)
