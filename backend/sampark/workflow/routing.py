"""Where an allowed mail belongs: a new task, an answer that a task waits for, a word of control, mere thanks."""

import hashlib
from typing import Literal

from sampark.domain.base import Frozen, TaskId, ThreadId
from sampark.domain.mail import MailRef, Message
from sampark.domain.task import TaskStatus
from sampark.storage.rows import TaskRow
from sampark.storage.store import Store
from sampark.understanding import amending, control
from sampark.understanding.choices import consents
from sampark.understanding.courtesy import says_only_thanks

WAITING = frozenset({TaskStatus.ASKING, TaskStatus.APPROVING})


class NewTask(Frozen):
    """The mail asks for something; `follows` is the requester's task before it in its thread.

    `again`: that one is to be done once more.
    """

    task: TaskId
    follows: TaskId | None = None
    again: bool = False


class Answer(Frozen):
    """The mail answers the open question, or the open request for approval, of a task."""

    task: TaskId


class Amend(Frozen):
    """The mail adds to a task that is under way, or corrects it."""

    task: TaskId


class Control(Frozen):
    """The mail steers the task of its thread with one word."""

    word: Literal["status", "stop"]
    task: TaskId


class Thanks(Frozen):
    """The mail only thanks, and wants no answer."""


class Held(Frozen):
    """The mail is not worked on: the limit of that name is reached. `reason` is for people."""

    rule: str
    reason: str


Route = NewTask | Answer | Amend | Control | Thanks | Held


def task_id(ref: MailRef) -> TaskId:
    """Return the one task id that a mail can ever start: repeated intake cannot make two."""
    return TaskId(f"t{hashlib.sha256(ref.key.encode()).hexdigest()[:11]}")


def route(ref: MailRef, message: Message, thread: ThreadId, store: Store) -> Route:
    """Decide by the thread, then by the chain of Message-IDs, as Gmail may open a new thread.

    Only the writer's own tasks count: another allowed person in the thread asks for a task of his
    own, and steers, answers and approves nothing of anybody else's.
    """
    if (before := _routed_before(ref, message, thread, store)) is not None:
        return before
    typed = message.segments.typed
    word = control.read(typed)
    known = _task_of(ref, message, thread, store)
    if word is not None and known is not None and not _says_more(word, typed, known):
        return _steered(ref, word, message, known)
    waiting = known is not None and known.status in WAITING
    if says_only_thanks(typed) and not message.attachments and not (waiting and consents(typed)):
        return Thanks()
    if known is not None and waiting:
        return Answer(task=known.id)
    if known is not None and not known.status.final and _goes_along(message, known, store):
        return Amend(task=known.id)
    return new_task(ref, known.id if known is not None else None)


def _says_more(word: control.Word, typed: str, known: TaskRow) -> bool:
    """Return whether a `redo` of what is under way says something else too: that is not to be lost."""
    return word == "redo" and not known.status.final and bool(control.parted(typed)[1])


def _routed_before(
    ref: MailRef, message: Message, thread: ThreadId, store: Store
) -> NewTask | Answer | None:
    """Return where a mail went already, when the release that had it on hand is gone."""
    own = task_id(ref)
    if any(row.id == own for row in store.tasks.in_thread(ref.account, thread)):
        return NewTask(task=own)
    took = store.tasks.heard_by(message.sender, ref.gmail_id) if message.sender else None
    return Answer(task=took) if took is not None else None


def _steered(ref: MailRef, word: control.Word, message: Message, known: TaskRow) -> Route:
    """Return where a word of control leads: what is under way is not begun once more."""
    if word != "redo":
        return Control(word=word, task=known.id)
    if not known.status.final:
        return Control(word="status", task=known.id)
    begun = new_task(ref, known.id)
    # Files that come along are to take the place of those before.
    return begun if message.attachments else begun.model_copy(update={"again": True})


def new_task(ref: MailRef, follows: TaskId | None) -> NewTask:
    """Return the route of a mail that begins a task, after an earlier one of the same writer."""
    return NewTask(task=task_id(ref), follows=follows)


def _goes_along(message: Message, known: TaskRow, store: Store) -> bool:
    said = message.segments.typed
    return amending.belongs(store.tasks.get(known.id), said, at=known.updated_at)


def _task_of(ref: MailRef, message: Message, thread: ThreadId, store: Store) -> TaskRow | None:
    """Return the writer's own task that a mail goes on from: one that is open, else his newest.

    One of which nothing was understood stands between two others as if it were not there.
    """
    own = [row for row in store.tasks.in_thread(ref.account, thread) if _is_by(message, row)]
    for row in own:
        if not row.status.final:
            return row
    if not own:
        return _answered(ref, message, store)
    return next((row for row in own if _can_be_gone_on_from(row, store)), own[0])


def _can_be_gone_on_from(row: TaskRow, store: Store) -> bool:
    if row.kind or store.runs.plan(row.id) is not None:
        return True
    return bool(store.tasks.get(row.id).inputs)


def _answered(ref: MailRef, message: Message, store: Store) -> TaskRow | None:
    """Return the writer's own task that a mail of ours belongs to, which this one answers."""
    for message_id in (message.in_reply_to, *reversed(message.references)):
        sent = store.outbox.by_message_id(ref.account, message_id) if message_id else None
        if sent is not None and sent.task is not None:
            row = store.tasks.row(sent.task)
            return row if _is_by(message, row) else None
    return None


def _is_by(message: Message, row: TaskRow) -> bool:
    return message.sender is not None and message.sender.key == row.requester.key
