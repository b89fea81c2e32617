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
    """Yield the task's files by handle: those of its first mail, then those of its answers.

    Handles count on over the mails, so that a file sent later never takes an earlier one's name.
    """
    first = MailRef(account=task.account, gmail_id=task.gmail_id)
    later = [ref for ref in here.store.mails.for_task(task.id) if ref != first]
    number = 0
    for ref in (first, *later):
        for attachment in here.message(ref).attachments:
            if not attachment.inline:
                number += 1
                yield f"att{number}", attachment


def inputs(task: Task, here: Services) -> tuple[TaskInput, ...]:
    """Return what the requester has sent for the task so far."""
    return tuple(
        TaskInput(handle=handle, name=item.name, media_type=item.media_type, size=item.size)
        for handle, item in attachments(task, here)
    )
