"""Where loops end, whatever the gate let in: counted answers and tasks, and mail that repeats itself.

Who is held back is told so once, then nothing more: an answer is what a loop lives on.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser

from sampark.domain.base import ThreadId
from sampark.domain.mail import Address, MailRef, Message, requester_time
from sampark.domain.task import Task
from sampark.reply import compose, figures
from sampark.storage.rows import MailRow, OutboxRow
from sampark.workflow import posting, routing
from sampark.workflow.durable import durable
from sampark.workflow.routing import Amend, Answer, Control, Held, NewTask, Route, Thanks
from sampark.workflow.services import Services, services

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_SHORT = 3
_REFUSALS = 5
"""How many mails of one sender that are over a limit are answered an hour."""

_ROUNDS = 6
"""How many different mails a loop may say in turn and is still seen as one."""

_SAME = "It says the same as a mail of the sender before it in this thread: a loop ends."
_WHERE = {
    True: "The answer to it is in this thread. To have it done again, reply with the one word “redo”;"
    " to have something else done, say what should be different.",
    False: "The work waits for your answer to what was asked in this thread.",
}
"""What to do, by whether the task has ended."""

_UNREAD = "Sorry, this mail is not worked on, because it could not be read."
_SMALLER = (
    "Please write again with fewer or smaller files, or share them out among several mails. A file"
    " that is much too large can often be sent as a zip, or in parts."
)


def held(ref: MailRef, message: Message, thread: ThreadId, route: Route) -> Held | None:
    """Return why an allowed mail is held back; None if it may go on."""
    here = services()
    sender = message.sender
    if sender is None or isinstance(route, Thanks) or _ends_task(here, route):
        return None
    if not _may_repeat(route, message) and any(_same(here, ref, message)):
        return Held(rule="repeated", reason=_SAME)
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
    key = _told(here, ref, held)
    here.store.mails.set_outcome(ref, "ignored", held.reason, None)
    here.store.events.add(None, "mail.held", {"mail": ref.key, "rule": held.rule})
    return key


def _told(here: Services, ref: MailRef, held: Held) -> str | None:
    message = here.message(ref)
    if held.rule == "repeated":
        return _say_once(here, ref, message)
    period = DAY if held.rule.startswith("tasks") else HOUR
    who = f"{ref.account} {_who(message)} {held.rule}"
    number = int(here.clock.now().timestamp() // period.total_seconds())
    now, before = (_key(f"{who} {each}") for each in (number, number - 1))
    if here.store.outbox.find(before) is not None:
        return None
    return _once(here, ref, now, held.reason, _advice(period))


def _say_once(here: Services, ref: MailRef, message: Message) -> str | None:
    """Tell a person who says the same twice where his answer is; a loop gets no second word.

    Nothing is said while the answer is on its way.
    """
    before = next((row for row in _same(here, ref, message) if row.task is not None), None)
    if before is None or before.task is None:
        return None
    status = here.store.tasks.status(before.task)
    if not status.final and status not in routing.WAITING:
        return None
    thread = here.store.mails.arrival(ref).thread_id
    key = _key(f"repeated {ref.account} {thread} {_who(message)} {_body(message)}")
    if _capped(here, ref, key, message):
        return None
    asked_at = requester_time(here.message(before.ref), before.received_at)
    when = figures.moment(asked_at, here.store.tasks.get(before.task))
    problem = f"This says the same as your mail of {when}."
    return _once(here, ref, key, problem, _WHERE[status.final])


def _once(here: Services, ref: MailRef, key: str, problem: str, fix: str) -> str | None:
    told, message = here.store.outbox.find(key), here.message(ref)
    if told is None:
        notice = compose.notice(_task(here, ref, message), problem, fix)
        posting.tell(here, ref, key, notice)
        told = here.store.outbox.get(key)
    return key if told.state in {"planned", "sending"} and _answers(told, message) else None


@durable
def refuse(ref: MailRef, over: Held) -> str | None:
    """Quarantine a mail that is over a reader's limit; return the key of the mail that says so.

    Only its headers are sure to be readable. Silence follows where its sender has had his answers.
    """
    here = services()
    head = here.head(ref)
    key = next(_free(here, ref, over, head), None)
    if key is not None:
        notice = compose.notice(_task(here, ref, head), f"{_UNREAD} {over.reason}", _SMALLER)
        posting.tell(here, ref, key, notice, written=head)
    here.store.mails.set_outcome(ref, "quarantined", over.reason, None)
    here.store.events.add(None, "mail.quarantined", {"mail": ref.key, "reason": over.reason})
    return key


def _free(here: Services, ref: MailRef, over: Held, head: Message) -> Iterator[str]:
    """Yield the key of the refusal of this mail, then those that its sender may still get this hour."""
    hour = int(here.store.mails.arrival(ref).internal_date.timestamp() // HOUR.total_seconds())
    for number in range(_REFUSALS):
        key = _key(f"{ref.account} {_who(head)} {over.rule} {hour} {number}")
        row = here.store.outbox.find(key)
        if _capped(here, ref, key, head) if row is None else not _answers(row, head):
            continue
        yield key


def _capped(here: Services, ref: MailRef, key: str, message: Message) -> bool:
    """Whether a mail that is not planned yet would be one too many for its reader."""
    if here.store.outbox.find(key) is not None or message.sender is None:
        return False
    thread = here.store.mails.arrival(ref).thread_id
    return next(_reached(here, ref, thread, message.sender), None) is not None


def _who(message: Message) -> str:
    """Return whom a count belongs to, under whatever name he writes."""
    return message.sender.key if message.sender is not None else ""


def _answers(row: OutboxRow, message: Message) -> bool:
    """Whether a mail to send answers that one; one that names no parent may answer any."""
    parent = BytesHeaderParser().parsebytes(row.mime)["In-Reply-To"]
    return parent is None or str(parent).strip() == message.message_id


def _ends_task(here: Services, route: Route) -> bool:
    """A person may always stop a task; when there is nothing to stop, the word counts as any other."""
    if not isinstance(route, Control) or route.word != "stop":
        return False
    return not here.store.tasks.status(route.task).final


def _may_repeat(route: Route, message: Message) -> bool:
    """Whether people too say this twice: a word of control, or a few words to a question."""
    short = len(message.segments.typed.split()) <= _SHORT
    if isinstance(route, NewTask):
        return route.again
    return isinstance(route, Control) or (isinstance(route, Answer | Amend) and short)


def _same(here: Services, ref: MailRef, message: Message) -> Iterator[MailRow]:
    """Yield the sender's mails of the last day in the thread that said the same, newest first."""
    since, sender = here.store.mails.arrival(ref).internal_date - DAY, message.sender
    before = here.store.mails.before(ref, since=since, sender=sender) if sender else []
    for row in map(here.store.mails.row, before[:_ROUNDS]):
        # Whoever was held back was asked to send it again; what could not be read said nothing.
        held_back = row.outcome == "ignored" and row.reason != _SAME
        unread = row.outcome in {"quarantined", "refused"}
        if not held_back and not unread and _body(here.message(row.ref)) == _body(message):
            yield row


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


def _task(here: Services, ref: MailRef, message: Message) -> Task:
    """Return what a notice is written about; it is no task, and is kept nowhere."""
    arrival = here.store.mails.arrival(ref)
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
