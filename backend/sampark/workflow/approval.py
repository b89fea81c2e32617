"""Ask before running, only where the policy says so. The words of consent are read exactly."""

import re

from dbos import DBOS

from sampark.domain.base import GmailId, TaskId
from sampark.domain.mail import MailRef
from sampark.domain.task import TaskStatus
from sampark.workflow import answers
from sampark.workflow.dialogue import DAY, STOP, TOPIC, workflow_id
from sampark.workflow.durable import durable
from sampark.workflow.plans import Planned
from sampark.workflow.sending import sent
from sampark.workflow.services import services

# Consent is this word alone on the first typed line. "No", "go away" and "got it" are not consent.
GO = re.compile(r"go[.!]?", re.IGNORECASE)


async def granted(task: TaskId, planned: Planned) -> bool:
    """Show the plan and wait for `go`; anything else, or silence, is a no."""
    if not planned.asks:
        return True
    if not await sent(await answers.propose(task, planned.asks)):
        return False
    days = services().limits.answer_days
    services().floor.leave(workflow_id(task))
    reply = await DBOS.recv_async(TOPIC, timeout_seconds=days * DAY)
    if reply is None or reply == STOP:
        return False
    return await says_go(task, reply, planned.hash)


@durable
def says_go(task_id: TaskId, gmail_id: GmailId, plan_hash: str) -> bool:
    """Whether the reply's first typed line is `go`, for the plan that was shown."""
    here = services()
    task = here.store.tasks.get(task_id)
    reply = here.message(MailRef(account=task.account, gmail_id=gmail_id))
    plan = here.store.runs.plan(task_id)
    lines = [line.strip() for line in reply.segments.typed.splitlines() if line.strip()]
    agreed = bool(lines) and GO.fullmatch(lines[0]) is not None
    shown = plan is not None and plan.hash == plan_hash
    here.store.events.add(task_id, "approval", {"granted": agreed and shown, "plan": plan_hash})
    here.store.tasks.set_status(task_id, TaskStatus.PLANNING)
    return agreed and shown
