"""The first steps of a mail: who wrote it, where it belongs, the task that it starts."""

from sampark.domain.base import TaskId
from sampark.domain.mail import MailRef, requester_time
from sampark.domain.task import TaskStatus
from sampark.domain.verdict import Ignored, Refused, SenderVerdict
from sampark.mailbox import gate
from sampark.understanding import evidence, words
from sampark.workflow import routing
from sampark.workflow.durable import durable
from sampark.workflow.services import services


@durable
def judge_sender(ref: MailRef) -> SenderVerdict:
    """Parse the mail and decide whether its writer may ask for anything."""
    here = services()
    message = here.message(ref)
    here.store.mails.set_head(
        ref,
        message_id=message.message_id,
        sender=str(message.sender or ""),
        subject=message.subject,
    )
    labels = here.store.mails.arrival(ref).labels
    own_sent = {"own_sent": "SENT" in labels}
    return gate.judge(message, here.gate(ref.account).model_copy(update=own_sent))


@durable
def set_aside(ref: MailRef, verdict: Ignored | Refused) -> None:
    """Keep the reason why the mail gets no answer."""
    here = services()
    outcome = "ignored" if isinstance(verdict, Ignored) else "refused"
    if here.message(ref).sender is None:
        outcome = "quarantined"
    here.store.mails.set_outcome(ref, outcome, verdict.reason, None)


@durable
def find_route(ref: MailRef) -> routing.Route:
    """Decide where an allowed mail belongs."""
    here = services()
    thread = here.store.mails.arrival(ref).thread_id
    return routing.route(ref, here.message(ref), thread, here.store)


@durable
def open_task(ref: MailRef, task_id: TaskId) -> None:
    """Read the requester's words as a task and keep it, once however often this is repeated."""
    here = services()
    arrival = here.store.mails.arrival(ref)
    message = here.message(ref)
    sender = message.sender
    task = words.understand(
        message,
        task_id=task_id,
        arrival=arrival,
        asked_at=requester_time(message, arrival.internal_date),
        timezone=here.timezone(sender.key if sender else ""),
    )
    if problems := evidence.check(task):
        raise AssertionError(f"a claim without evidence in {task_id}: {len(problems)}")
    here.store.tasks.add(task, TaskStatus.UNDERSTOOD)
    here.store.mails.set_outcome(ref, "task", "", task_id)


@durable
def give_up(ref: MailRef, reason: str) -> None:
    """Quarantine a mail that could not be handled, with the reason for the operator."""
    here = services()
    here.store.mails.set_outcome(ref, "quarantined", reason, None)
    here.store.events.add(None, "mail.quarantined", {"mail": ref.key, "reason": reason})
