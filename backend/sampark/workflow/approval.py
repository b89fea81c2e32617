"""Ask before running, only where the policy says so. The words of consent are read exactly."""

import re
from collections.abc import Mapping
from typing import Literal

from dbos import DBOS

from sampark.domain.base import GmailId, TaskId
from sampark.domain.mail import MailRef, requester_time
from sampark.domain.task import UNREAD, Task, TaskStatus
from sampark.understanding import amending
from sampark.workflow import answers, bench
from sampark.workflow.dialogue import DAY, STOP, TOPIC, fingerprint_of, known, workflow_id
from sampark.workflow.durable import durable
from sampark.workflow.endings import Over
from sampark.workflow.plans import Planned
from sampark.workflow.sending import sent
from sampark.workflow.services import Services, services

# Consent is this word alone on the first typed line. "No", "go away" and "got it" are not consent.
GO = re.compile(r"go[.!]?", re.IGNORECASE)
NO = re.compile(
    r"(?:no|nope|no,? thanks?|no,? thank you|don't|do not|nein|non|stop|cancel|declined?|reject(?:ed)?"
    r"|leave it)[.!]*",
    re.IGNORECASE,
)

MOST_TRIES = 3
"""How many words that are neither consent nor a change end the task."""

Consent = Literal["go", "no", "lost", "more"]


def _not_run(reason: str) -> Over:
    return Over(end=TaskStatus.STOPPED, reason=f"{reason}, so the plan is not run.")


SILENCE = _not_run("No “go” came in time")
_AFTER: Mapping[Consent, Over | Literal["more"] | None] = {
    "go": None,
    "more": "more",
    "no": _not_run("You did not agree"),
    "lost": _not_run("Nothing you wrote is the one word “go”"),
}


async def refused(task: TaskId, planned: Planned) -> Over | Literal["more"] | None:
    """Show the plan and wait for `go`; return how the task ends without it, None if it came.

    `more`: the requester wrote something else, which is in the task now: it is to be planned anew,
    and what comes of that needs a `go` of its own.
    """
    if not planned.asks:
        return None
    if not await sent(await answers.propose(task, planned.asks)):
        return "more"
    days = services().limits.answer_days
    services().floor.leave(workflow_id(task))
    reply = await DBOS.recv_async(TOPIC, timeout_seconds=days * DAY)
    if reply is None:
        return SILENCE
    if reply == STOP:
        return Over(end=TaskStatus.STOPPED)
    return _AFTER[await consent(task, reply, planned.hash, await known(task))]


@durable
def consent(task_id: TaskId, gmail_id: GmailId, plan_hash: str, before: str) -> Consent:
    """Read a reply: `go` on its first typed line is consent, for the plan that was shown.

    What else it says is added to the task, unless it is no longer that of the fingerprint `before`:
    nothing is added twice.
    """
    here = services()
    task = here.store.tasks.get(task_id)
    ref = MailRef(account=task.account, gmail_id=gmail_id)
    said = here.message(ref).segments.typed.strip()
    first, _, rest = said.partition("\n")
    plan = here.store.runs.plan(task_id)
    agreed = GO.fullmatch(first.strip()) is not None
    granted = agreed and plan is not None and plan.hash == plan_hash
    declined = agreed or NO.fullmatch(first.strip()) is not None
    if fingerprint_of(task) == before:
        read = amending.left_unread(task, rest) if declined else _amended(here, task, ref, said)
        here.store.tasks.save(read)
        task = read
    here.store.events.add(task_id, "approval", {"granted": granted, "plan": plan_hash})
    here.store.tasks.set_status(task_id, TaskStatus.PLANNING)
    if declined:
        return "go" if granted else "no"
    unread = [claim for claim in task.claims if claim.name == UNREAD]
    return "more" if len(unread) < MOST_TRIES else "lost"


def _amended(here: Services, task: Task, ref: MailRef, said: str) -> Task:
    with_files = task.model_copy(update={"inputs": bench.inputs(task, here)})
    at = requester_time(here.message(ref), here.store.mails.arrival(ref).internal_date)
    if len(with_files.inputs) > len(task.inputs):
        return amending.amend(with_files, said, at=at, brought=True)
    read = amending.amend(task, said, at=at)
    return read if read.claims != task.claims else amending.left_unread(task, said, whole=True)
