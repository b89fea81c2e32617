"""The bench of one task: the files of its mails, and the blobs its steps make."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sampark.domain.mail import Attachment, MailRef
from sampark.domain.task import Task, TaskInput
from sampark.domain.value import File, Table
from sampark.errors import StepFailed
from sampark.workflow.services import Services


class TaskBench:
    """Gives a tool the files of its own task, and nothing of another."""

    def __init__(self, task: Task, here: Services) -> None:
        self._task = task
        self._here = here

    @property
    def task(self) -> Task:
        """The task this step belongs to."""
        return self._task

    @property
    def now(self) -> datetime:
        """The present moment in UTC."""
        return self._here.clock.now()

    def attachment(self, handle: str) -> File:
        """Return the attached file of that handle; raises StepFailed if no mail has it."""
        for known, attachment in attachments(self._task, self._here):
            if known == handle:
                return self.write(attachment.name, attachment.media_type, attachment.content)
        raise StepFailed(f"No attached file is known as {handle}.", fix="Please send it again.")

    def read(self, item: File | Table) -> bytes:
        """Return the content of a file, or the Parquet bytes of a table."""
        return self._here.store.blobs.get(self._task.id, item.sha256)

    def write(self, name: str, media_type: str, content: bytes) -> File:
        """Keep content for this task and return its reference."""
        self._here.store.blobs.put(self._task.id, content)
        sha256 = hashlib.sha256(content).hexdigest()
        return File(name=name, media_type=media_type, size=len(content), sha256=sha256)


def attachments(task: Task, here: Services) -> Iterator[tuple[str, Attachment]]:
    """Yield the task's files by handle: those of the task it follows, of its first mail, of its answers.

    Handles count on over the mails, so that a file sent later never takes an earlier one's name.
    """
    yield from ((f"att{number}", item) for number, item in enumerate(_sent(task, here), start=1))


def _sent(task: Task, here: Services) -> Iterator[Attachment]:
    if task.follows is not None:
        yield from _sent(here.store.tasks.get(task.follows), here)
    first = MailRef(account=task.account, gmail_id=task.gmail_id)
    later = [ref for ref in here.store.mails.for_task(task.id) if ref != first]
    for ref in (first, *later):
        yield from (item for item in here.message(ref).attachments if not item.inline)


def inputs(task: Task, here: Services) -> tuple[TaskInput, ...]:
    """Return what it took over from the task it follows, and all that was sent for it so far."""
    follows = here.store.tasks.get(task.follows) if task.follows is not None else None
    before = {handle for handle, _ in attachments(follows, here)} if follows is not None else set()
    unused = before - {item.handle for item in task.inputs}
    return tuple(
        TaskInput(handle=handle, name=item.name, media_type=item.media_type, size=item.size)
        for handle, item in attachments(task, here)
        if handle not in unused
    )
