"""Words from one workflow to another."""

from contextlib import suppress

from dbos import DBOS
from dbos import error as engine_error

from sampark.domain.base import TaskId

TOPIC = "reply"


def workflow_id(task: TaskId) -> str:
    """Return the id of the one workflow that works on a task."""
    return f"task-{task}"


async def tell(workflow: str, word: str, *, once: str | None = None) -> None:
    """Send a word to a workflow, under a key only once; to one that is gone nothing can be said."""
    with suppress(engine_error.DBOSNonExistentWorkflowError):
        await DBOS.send_async(workflow, word, TOPIC, idempotency_key=once)
