"""Ask before running, only where the policy says so. The words of consent are read exactly."""

import re
from collections.abc import Mapping
from typing import Literal

from dbos import DBOS

from sampark.domain.base import GmailId, TaskId
from sampark.domain.mail import MailRef, requester_time
from sampark.domain.task import UNREAD, Task, TaskStatus
from sampark.understanding import amending
from sampark.understanding.reading import plain
from sampark.workflow import answers, bench
from sampark.workflow.dialogue import DAY, STOP, TOPIC, fingerprint_of, known, workflow_id
from sampark.workflow.durable import durable
from sampark.workflow.endings import Over
from sampark.workflow.plans import Planned
from sampark.workflow.sending import sent
from sampark.workflow.services import Services, services

# Consent is this word alone on the first typed line. "No", "go away" and "got it" are not consent.
GO = re.compile(r"go[.!]?", re.IGNORECASE)
_RUN = r"(?:(?:run|do|start|execute|go(?:\s+ahead|\s+on)?|proceed|continue|send|agree)(?:\s+with)?)"
_IT = r"(?:it|this|that|them|anything|(?:the|this|that)\s+(?:plan|task)|everything)"
NO = re.compile(
    r"(?:(?:no|nope|nah|nein|non|nee|please|sorry|bitte)[\s,.!-]+)*"
    r"(?:no|nope|nah|nein|non|nee|no[\s-]+(?:go|way)|(?:rather|better|absolutely|certainly|definitely)\s+not|not\s+at\s+all"
    rf"|(?:i(?:'d|\s+would)\s+)?rather\s+not|(?:i\s+)?(?:don't|dont|do\s+not)(?:\s+{_RUN})?(?:\s+{_IT})?|never(?:\s+mind)?"
    rf"|(?:stop|cancel|abort|declined?|reject(?:ed)?|refused?|drop|forget|leave)(?:\s+{_IT})?"
    r"|(?:lieber|bitte|besser)\s+nicht|auf\s+keinen\s+fall|absolument\s+pas)"
    r"(?:[\s,.!-]+(?:thanks?|thank\s+you|danke|merci|gracias|please|bitte|sorry|now|at\s+all))*[\s.!]*",
    re.IGNORECASE,
)
"""A first line that only declines. What asks for something else behind its 'no' is a correction."""

_HOLDS = re.compile(r"(?:no|not|don't|do\s+not|wait|stop|nein|nicht|non)\b", re.IGNORECASE)

MOST_TRIES = 3
"""How many replies that are neither consent nor a change end the task."""

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
    _, _, rest = said.partition("\n")
    plan = here.store.runs.plan(task_id)
    answer = _read(said)
    granted = answer == "go" and plan is not None and plan.hash == plan_hash
    if fingerprint_of(task) == before:
        read = _amended(here, task, ref, said)
        task = read if answer is None else amending.left_unread(task, rest)
        here.store.tasks.save(task, learned=gmail_id)
    here.store.events.add(task_id, "approval", {"granted": granted, "plan": plan_hash})
    here.store.tasks.set_status(task_id, TaskStatus.PLANNING)
    if answer is not None:
        return "go" if granted else "no"
    tries = {str(claim.value) for claim in task.claims if claim.name == UNREAD and claim.value}
    return "more" if len(tries) < MOST_TRIES else "lost"


def _read(said: str) -> Literal["go", "no"] | None:
    """Return what the first line agrees to or declines; a `go` taken back below agrees to nothing."""
    first, *below = (plain(line).strip() for line in said.splitlines() or [""])
    if GO.fullmatch(first):
        return None if any(_HOLDS.match(line) or NO.fullmatch(line) for line in below) else "go"
    return "no" if NO.fullmatch(first) else None


def _amended(here: Services, task: Task, ref: MailRef, said: str) -> Task:
    with_files = task.model_copy(update={"inputs": bench.inputs(task, here)})
    at = requester_time(here.message(ref), here.store.mails.arrival(ref).internal_date)
    if len(with_files.inputs) > len(task.inputs):
        return amending.amend(with_files, said, at=at, brought=True)
    read = amending.amend(task, said, at=at)
    if read.claims == task.claims:
        read = amending.left_unread(task, said, whole=True)
    return _counted(read, task, ref)


def _counted(read: Task, before: Task, ref: MailRef) -> Task:
    """Return the task with the mail named in its unread words, if it gave no others: it was a try."""
    fresh = [claim for claim in read.claims if claim not in before.claims]
    lost = [claim for claim in before.claims if claim not in read.claims]
    if lost or any(claim.name != UNREAD for claim in fresh):
        return read
    told = [claim.model_copy(update={"value": ref.gmail_id}) for claim in fresh]
    return read.model_copy(update={"claims": (*before.claims, *told)})
