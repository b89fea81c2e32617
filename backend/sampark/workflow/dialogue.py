"""What is said between the first mail and the last: answers passed on, `status`, `stop`."""

from collections.abc import Callable, Coroutine
from typing import Any

from dbos import DBOS, SetWorkflowID

from sampark.domain.base import Frozen, GmailId, TaskId, fingerprint
from sampark.domain.mail import MailRef, requester_time
from sampark.domain.task import Task, TaskStatus
from sampark.storage.heard import Heard
from sampark.understanding import amending, replies
from sampark.workflow import answers, bench
from sampark.workflow.durable import durable
from sampark.workflow.endings import Over
from sampark.workflow.routing import Amend, Answer, Control
from sampark.workflow.sending import send
from sampark.workflow.services import services
from sampark.workflow.telling import TOPIC, tell, workflow_id

DAY = 86_400
STOP = "stop"
AMENDED = "amended"


async def start_task(story: Callable[[TaskId], Coroutine[Any, Any, None]], task: TaskId) -> None:
    """Start the task's own workflow; a second start attaches to the first."""
    services().floor.enter(workflow_id(task))
    with SetWorkflowID(workflow_id(task)):
        await DBOS.start_workflow_async(story, task)


async def pass_on(ref: MailRef, route: Answer | Amend) -> bool:
    """Hand a mail to the task that waits for it or is amended by it; False when it is too late."""
    reception = await receive(ref, route.task)
    if reception.heard == "answer":
        await tell(workflow_id(route.task), ref.gmail_id, once=ref.key)
    for workflow in reception.wake:
        await tell(workflow, AMENDED, once=f"{ref.key}:{workflow}")
    return reception.heard != "late"


async def obey(ref: MailRef, control: Control) -> None:
    """Do what the one word says, for the task of its thread."""
    if control.word == "stop":
        waiting = await ask_to_stop(ref, control.task)
        for workflow in waiting or ():
            await tell(workflow, STOP, once=f"{ref.key}:{workflow}")
        if waiting is not None:
            return
    await send(await answers.status(ref, control.task))


async def answered(task: TaskId) -> bool:
    """Wait for the requester; False when he stops the task or stays silent without defaults."""
    days = services().limits.answer_days
    services().floor.leave(workflow_id(task))
    reply = await DBOS.recv_async(TOPIC, timeout_seconds=days * DAY)
    if reply == STOP:
        return False
    return await learn(task, reply, await known(task))


@durable
def unanswered(task: TaskId) -> Over:
    """Return how a task ends whose question got no answer: by his word, or by his silence."""
    stopped = services().store.tasks.stop_requested(task)
    reason = "" if stopped else "No answer came in time, so nothing is done."
    return Over(end=TaskStatus.STOPPED, reason=reason)


class Reception(Frozen):
    """As what a task took a mail, and the workflows to wake for it."""

    heard: Heard
    wake: tuple[str, ...] = ()


@durable
def receive(ref: MailRef, task: TaskId) -> Reception:
    """Note that the mail belongs to the task, if that still can hear it."""
    store = services().store
    heard = store.tasks.hear(task, ref.gmail_id)
    if heard != "late":
        store.mails.set_outcome(ref, "answer", "", task)
    waits = store.waits.open(task) if heard == "amendment" else []
    return Reception(heard=heard, wake=tuple(row.workflow_id for row in waits))


class Taken(Frozen):
    """How many mails were written while the task was under way, and whether it is to stop."""

    amendments: int
    stop: bool = False


@durable
def take_in(task_id: TaskId) -> Taken:
    """Add to the task what was written while it was under way."""
    here = services()
    mails, taken = here.store.tasks.amendments(task_id)
    for number, gmail_id in enumerate(mails[taken:], start=taken + 1):
        task = here.store.tasks.get(task_id)
        ref = MailRef(account=task.account, gmail_id=gmail_id)
        # The task may come by here first, and the mail's files are to be among its own.
        here.store.mails.set_outcome(ref, "answer", "", task_id)
        message = here.message(ref)
        at = requester_time(message, here.store.mails.arrival(ref).internal_date)
        with_files = task.model_copy(update={"inputs": bench.inputs(task, here)})
        amended = amending.amend(
            with_files,
            message.segments.typed,
            at=at,
            brought=len(with_files.inputs) > len(task.inputs),
        )
        here.store.tasks.save(amended, taken=number)
    return Taken(amendments=len(mails), stop=here.store.tasks.stop_requested(task_id))


@durable
def ask_to_stop(ref: MailRef, task: TaskId) -> list[str] | None:
    """Mark the task to stop; return the workflows to wake, or None when it has ended already."""
    here = services()
    store = here.store
    status = store.tasks.status(task)
    if not status.final:
        store.tasks.request_stop(task)
        here.stopping.add(task)
    store.mails.set_outcome(ref, "control", "stop", task)
    if status.final:
        return None
    waits = [row.workflow_id for row in store.waits.open(task)]
    if status in {TaskStatus.ASKING, TaskStatus.APPROVING}:
        return [workflow_id(task), *waits]
    return waits


@durable
def known(task_id: TaskId) -> str:
    """Return the fingerprint of the task as it is before something is learned."""
    return fingerprint_of(services().store.tasks.get(task_id))


def fingerprint_of(task: Task) -> str:
    """Return the fingerprint of a task as it is."""
    return fingerprint(task.model_dump(mode="json"))


@durable
def learn(task_id: TaskId, gmail_id: GmailId | None, before: str) -> bool:
    """Add what the reply says to the task; without one, take the defaults if all have one.

    `before` is the fingerprint of the task without it: no reply is added twice.
    """
    here = services()
    task = here.store.tasks.get(task_id)
    if fingerprint_of(task) != before:
        return True
    questions = here.store.tasks.questions(task_id)
    if gmail_id is None:
        if not all(question.default for question in questions):
            return False
        words, at = "ok", None
        here.store.tasks.set_status(task_id, TaskStatus.PLANNING)
    else:
        ref = MailRef(account=task.account, gmail_id=gmail_id)
        reply = here.message(ref)
        words = reply.segments.typed
        at = requester_time(reply, here.store.mails.arrival(ref).internal_date)
    with_files = task.model_copy(update={"inputs": bench.inputs(task, here)})
    answered = replies.answer(with_files, questions, words, at=at)
    here.store.tasks.save(answered, learned=gmail_id)
    return True
