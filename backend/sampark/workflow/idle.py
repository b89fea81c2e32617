"""What is still moving. A task that waits for a person or a date is not."""

from sampark.domain.base import TaskId
from sampark.domain.ports import Clock
from sampark.domain.run import StepStatus
from sampark.domain.task import TaskStatus
from sampark.storage.store import Store

WAITING = {TaskStatus.ASKING, TaskStatus.APPROVING}


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
    if store.tasks.stop_requested(task):
        return False
    if status in WAITING:
        return True
    if status is not TaskStatus.RUNNING:
        return False
    waits = store.waits.open(task)
    running = any(run.status is StepStatus.RUNNING for run in store.runs.steps(task))
    return bool(waits) and not running and all(wait.due_at > clock.now() for wait in waits)
