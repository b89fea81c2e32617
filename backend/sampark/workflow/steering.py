"""What an operator may do to a running task, from outside its workflow."""

import asyncio
from collections.abc import Sequence
from functools import partial

from sampark.domain.base import TaskId
from sampark.workflow.dialogue import STOP
from sampark.workflow.durable import in_thread
from sampark.workflow.routing import WAITING
from sampark.workflow.services import services
from sampark.workflow.telling import tell, workflow_id


async def stop_task(task: TaskId, *, by: str) -> bool:
    """Stop a task at its next step boundary; False when it has ended already."""
    waiting = await asyncio.to_thread(_mark, task, by)
    for workflow in waiting or ():
        await tell(workflow, STOP)
    return waiting is not None


async def see_to(keys: Sequence[str], *, by: str) -> int:
    """Note that somebody has seen to mails of ours that are held; return how many that were."""
    return await in_thread(partial(services().store.outbox.see_to, by=by), keys)


def _mark(task: TaskId, by: str) -> list[str] | None:
    here = services()
    store = here.store
    status = store.tasks.status(task)
    if status.final:
        return None
    store.tasks.request_stop(task)
    here.stopping.add(task)
    store.events.add(task, "task.stop", {"by": by})
    waits = [row.workflow_id for row in store.waits.open(task)]
    return [workflow_id(task), *waits] if status in WAITING else waits
