"""Where an allowed mail belongs: a new task, an answer that a task waits for, a word of control, mere thanks."""

import hashlib
from typing import Literal

from sampark.domain.base import Frozen, TaskId, ThreadId
from sampark.domain.mail import MailRef, Message
from sampark.domain.task import TaskStatus
from sampark.storage.store import Store
from sampark.understanding import control
from sampark.understanding.choices import consents
from sampark.understanding.courtesy import says_only_thanks

WAITING = frozenset({TaskStatus.ASKING, TaskStatus.APPROVING})


class NewTask(Frozen):
    """The mail asks for something; `follows` is the requester's ended task of its thread."""

    task: TaskId
    follows: TaskId | None = None


class Answer(Frozen):
    """The mail answers the open question, or the open request for approval, of a task."""

    task: TaskId


class Control(Frozen):
    """The mail steers the task of its thread with one word."""

    word: Literal["status", "stop"]
    task: TaskId


class Thanks(Frozen):
    """The mail only thanks, and wants no answer."""


Route = NewTask | Answer | Control | Thanks


def task_id(ref: MailRef) -> TaskId:
    """Return the one task id that a mail can ever start: repeated intake cannot make two."""
    return TaskId(f"t{hashlib.sha256(ref.key.encode()).hexdigest()[:11]}")


def route(ref: MailRef, message: Message, thread: ThreadId, store: Store) -> Route:
    """Decide by the thread, then by the chain of Message-IDs, as Gmail may open a new thread."""
    typed = message.segments.typed
    word = control.read(typed)
    known = _task_of(ref, message, thread, store)
    if word is not None and known is not None:
        return Control(word=word, task=known)
    waiting = known is not None and store.tasks.status(known) in WAITING
    if says_only_thanks(typed) and not message.attachments and not (waiting and consents(typed)):
        return Thanks()
    if known is not None and waiting:
        return Answer(task=known)
    follows = known if known is not None and _goes_on(message, known, store) else None
    return NewTask(task=task_id(ref), follows=follows)


def _goes_on(message: Message, known: TaskId, store: Store) -> bool:
    """Whether the writer of the mail is the requester of the ended task."""
    asked = store.tasks.get(known).requester
    same = message.sender is not None and message.sender.key == asked.key
    return same and store.tasks.status(known).final


def _task_of(ref: MailRef, message: Message, thread: ThreadId, store: Store) -> TaskId | None:
    waiting = store.tasks.open_in_thread(ref.account, thread)
    if waiting is not None:
        return waiting
    latest = store.tasks.latest_in_thread(ref.account, thread)
    if latest is not None:
        return latest
    for message_id in (message.in_reply_to, *reversed(message.references)):
        row = store.outbox.by_message_id(ref.account, message_id) if message_id else None
        if row is not None:
            return row.task
    return None
