"""Where loops end, whatever the gate let in: counted answers and tasks, and mail that repeats itself.

Who is held back is told so once, then nothing more: an answer is what a loop lives on.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser

from sampark.domain.base import ThreadId
from sampark.domain.mail import Address, MailRef, Message
from sampark.domain.task import Task
from sampark.reply import compose
from sampark.storage.rows import OutboxRow
from sampark.workflow import answers, routing
from sampark.workflow.durable import durable
from sampark.workflow.routing import Amend, Answer, Control, Held, Route, Thanks
from sampark.workflow.services import Services, services

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_SHORT = 3


def held(ref: MailRef, message: Message, thread: ThreadId, route: Route) -> Held | None:
    """Return why an allowed mail is held back; None if it may go on."""
    here = services()
    sender = message.sender
    if sender is None or isinstance(route, Thanks) or _ends_task(here, route):
        return None
    if not _may_repeat(route, message) and _repeats(here, ref, message, sender):
        return Held(
            rule="repeated",
            reason="It says the same as the sender's mail before it in this thread: a loop ends.",
        )
    return next(_reached(here, ref, thread, sender), None)


def too_many_tasks(most: int) -> Held:
    """Return that a requester has had all the tasks of a day."""
    return Held(
        rule="tasks per requester",
        reason=f"The limit of {most} tasks a day for one requester is reached.",
    )


@durable
def hold(ref: MailRef, held: Held) -> str | None:
    """Set a mail aside for a limit; return the key of the one mail that says so, None for silence.

    Of several mails that are held at once one is answered, and its workflow alone sends the answer:
    two senders of one mail would each make a draft of it.
    """
    here = services()
    here.store.mails.set_outcome(ref, "ignored", held.reason, None)
    here.store.events.add(None, "mail.held", {"mail": ref.key, "rule": held.rule})
    if held.rule == "repeated":
        return None
    period = DAY if held.rule.startswith("tasks") else HOUR
    sender = here.message(ref).sender
    who = f"{ref.account} {sender.key if sender else ''} {held.rule}"
    number = int(here.clock.now().timestamp() // period.total_seconds())
    now, before = (_key(f"{who} {each}") for each in (number, number - 1))
    if here.store.outbox.find(before) is not None:
        return None
    told = here.store.outbox.find(now)
    if told is None:
        answers.tell(here, ref, now, compose.notice(_task(here, ref), held.reason, _advice(period)))
        told = here.store.outbox.get(now)
    return now if told.state in {"planned", "sending"} and _answers(told, here, ref) else None


def _answers(row: OutboxRow, here: Services, ref: MailRef) -> bool:
    """Whether a mail to send answers that one; one that names no parent may answer any."""
    parent = BytesHeaderParser().parsebytes(row.mime)["In-Reply-To"]
    return parent is None or str(parent).strip() == here.message(ref).message_id


def _ends_task(here: Services, route: Route) -> bool:
    """A person may always stop a task; when there is nothing to stop, the word counts as any other."""
    if not isinstance(route, Control) or route.word != "stop":
        return False
    return not here.store.tasks.status(route.task).final


def _may_repeat(route: Route, message: Message) -> bool:
    """Whether people too say this twice: a word of control, or a few words to a question."""
    short = len(message.segments.typed.split()) <= _SHORT
    return isinstance(route, Control) or (isinstance(route, Answer | Amend) and short)


def _repeats(here: Services, ref: MailRef, message: Message, sender: Address) -> bool:
    since = here.store.mails.arrival(ref).internal_date - DAY
    before = here.store.mails.before(ref, since=since, sender=sender)
    return before is not None and _body(here.message(before)) == _body(message)


def _body(message: Message) -> tuple[str, ...]:
    """Return what a mail says and brings: the same words about another file are another request."""
    said = f"{message.segments.typed}\n{message.segments.forwarded}".casefold()
    files = sorted(item.sha256 for item in message.attachments if not item.inline)
    return (" ".join(said.split()), *files)


def _reached(here: Services, ref: MailRef, thread: ThreadId, sender: Address) -> Iterator[Held]:
    limits, outbox = here.limits, here.store.outbox
    since: datetime = here.clock.now() - HOUR
    most = limits.replies_per_thread
    if most and outbox.count_in_thread(ref.account, thread, since) >= most:
        reason = f"The limit of {most} answers an hour in one thread is reached."
        yield Held(rule="replies per thread", reason=reason)
    most = limits.replies_per_requester
    if most and outbox.count_to(sender, since) >= most:
        reason = f"The limit of {most} answers an hour to one requester is reached."
        yield Held(rule="replies per requester", reason=reason)


def _advice(period: timedelta) -> str:
    when = "tomorrow" if period == DAY else "in an hour"
    return f"This mail, and what comes until then, is not worked on. Please send it again {when}."


def _key(told: str) -> str:
    return hashlib.sha256(f"held {told}".encode()).hexdigest()[:32]


def _task(here: Services, ref: MailRef) -> Task:
    """Return what a notice is written about; it is no task, and is kept nowhere."""
    message, arrival = here.message(ref), here.store.mails.arrival(ref)
    return Task(
        id=routing.task_id(ref),
        account=ref.account,
        thread_id=arrival.thread_id,
        gmail_id=ref.gmail_id,
        requester=message.sender or Address(email=ref.account),
        goal="",
        words="",
        subject=message.subject,
        asked_at=arrival.internal_date,
    )
