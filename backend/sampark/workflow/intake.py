"""The first steps of a mail: who wrote it, where it belongs, the task that it starts."""

from sampark.domain.base import TaskId
from sampark.domain.mail import MailRef, Message, requester_time
from sampark.domain.task import Task, TaskStatus
from sampark.domain.verdict import Allowed, Ignored, Refused, SenderVerdict
from sampark.errors import MailUnreadable
from sampark.mailbox import gate, limits
from sampark.mailbox.flags import flags
from sampark.understanding import amending, evidence, following, words
from sampark.workflow import bench, deliveries, pace, routing
from sampark.workflow.durable import durable
from sampark.workflow.services import Services, services


@durable
def judge_sender(ref: MailRef) -> SenderVerdict | routing.Held:
    """Parse the mail and decide whether its writer may ask for anything.

    Returns:
        The verdict; `Held` for the mail of somebody who may ask, where it is over a reader's limit.
    """
    here = services()
    message, over = _read(here, ref)
    verdict = _verdict(here, ref, message)
    return _over(over) if over and isinstance(verdict, Allowed) else verdict


def _read(here: Services, ref: MailRef) -> tuple[Message, str]:
    """Return the mail and which limit it is over; of one that cannot be read, its headers."""
    try:
        message = here.message(ref)
    except MailUnreadable as error:
        return here.head(ref), error.problem
    return message, next((note for note in message.notes if note in limits.LEFT_UNREAD), "")


def _over(limit: str) -> routing.Held:
    return routing.Held(rule="over a limit", reason=limit)


def _verdict(here: Services, ref: MailRef, message: Message) -> SenderVerdict:
    labels = here.store.mails.arrival(ref).labels
    settings = here.gate(ref.account).model_copy(update={"own_sent": "SENT" in labels})
    verdict = gate.judge(message, settings)
    names = () if isinstance(verdict, Allowed) else here.names.known()
    here.store.mails.set_head(
        ref,
        message_id=message.message_id,
        sender=str(message.sender or ""),
        subject=message.subject,
        flags=flags(message, settings, verdict, names),
    )
    if isinstance(verdict, Allowed) and message.sender is not None:
        first = here.store.mails.claim(ref, message.message_id, message.sender)
        return verdict if first else Ignored(reason="A copy of it came in under another address.")
    return verdict


@durable
def set_aside(ref: MailRef, verdict: Ignored | Refused) -> None:
    """Keep the reason why the mail gets no answer."""
    here = services()
    message, over = _read(here, ref)
    if over:
        # Nobody hears of it: the operator reads why it was not looked at, and whose it claims to be.
        here.store.mails.set_outcome(ref, "quarantined", f"{verdict.reason} {over}", None)
        return
    if (bounce := deliveries.note(ref.account, message, here.store)) is not None:
        here.store.mails.set_outcome(ref, "ignored", bounce, None)
        return
    outcome = "ignored" if isinstance(verdict, Ignored) else "refused"
    if message.sender is None:
        outcome = "quarantined"
    here.store.mails.set_outcome(ref, outcome, verdict.reason, None)


@durable
def find_route(ref: MailRef) -> routing.Route:
    """Decide where an allowed mail belongs."""
    here = services()
    thread = here.store.mails.arrival(ref).thread_id
    message = here.message(ref)
    found = routing.route(ref, message, thread, here.store)
    return pace.held(ref, message, thread, found) or found


@durable
def open_task(ref: MailRef, new: routing.NewTask) -> routing.Held | None:
    """Read the requester's words as a task and keep it, once however often this is repeated.

    Returns:
        Why it is not kept, where the requester has had all the tasks of a day.
    """
    here = services()
    earlier = _earlier(here, new.follows) if new.follows else None
    arrival = here.store.mails.arrival(ref)
    message = here.message(ref)
    sender = message.sender
    task = words.understand(
        message,
        task_id=new.task,
        arrival=arrival,
        asked_at=requester_time(message, arrival.internal_date),
        timezone=here.timezone(sender.key if sender else ""),
        earlier=earlier,
        sent=len(list(bench.attachments(earlier, here))) if earlier is not None else 0,
    )
    if earlier is not None:
        task = _following(here, task, earlier, new)
    task = amending.added_unread(task)
    if problems := evidence.check(task):
        raise AssertionError(f"a claim without evidence in {task.id}: {len(problems)}")
    most = here.limits.tasks_per_requester
    if not here.store.tasks.add(task, TaskStatus.UNDERSTOOD, most=most):
        return pace.too_many_tasks(most)
    here.store.mails.set_outcome(ref, "task", "", task.id)
    return None


def _following(here: Services, task: Task, earlier: Task, new: routing.NewTask) -> Task:
    if new.again:
        return following.again(task, earlier)
    unplanned = here.store.runs.plan(earlier.id) is None
    questions = here.store.tasks.questions(earlier.id) if unplanned else ()
    return following.follow(task, earlier, _problem(here, earlier.id), questions)


def _earlier(here: Services, task_id: TaskId) -> Task:
    """Return the ended task with the files it could use."""
    task = here.store.tasks.get(task_id)
    return task.model_copy(update={"inputs": bench.inputs(task, here)})


def _problem(here: Services, task_id: TaskId) -> str | None:
    """Return why a task was not finished, in words for the requester; None if it was."""
    row = here.store.tasks.row(task_id)
    if not row.status.final:
        return None
    if here.store.runs.plan(task_id) is None:
        return row.note
    runs = here.store.runs.record(task_id).steps if row.status is TaskStatus.FAILED else ()
    failed = (run.error for run in runs if run.error is not None)
    return next((error.message for error in failed), None)


@durable
def give_up(ref: MailRef, reason: str) -> None:
    """Quarantine a mail that could not be handled, with the reason for the operator."""
    here = services()
    here.store.mails.set_outcome(ref, "quarantined", reason, None)
    here.store.events.add(None, "mail.quarantined", {"mail": ref.key, "reason": reason})
