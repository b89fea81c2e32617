"""A task's mails as they were said: the requester's from the inbox, ours from the outbox."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sampark.desk.views import FileLine, Said
from sampark.domain.base import TaskId
from sampark.domain.mail import Attachment, Message
from sampark.mailbox import mime
from sampark.workflow.services import Services

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def conversation(here: Services, task_id: TaskId) -> tuple[Said, ...]:
    """Return every mail of the task, oldest first."""
    theirs = [
        _said(here.message(ref), ours=False, at=here.store.mails.arrival(ref).internal_date)
        for ref in here.store.mails.for_task(task_id)
    ]
    ours = [
        _said(mime.parse(row.mime), ours=True, at=row.updated_at, state=row.state)
        for row in here.store.outbox.for_task(task_id)
    ]
    return tuple(sorted(theirs + ours, key=lambda said: said.at or LONG_AGO))


def attached(here: Services, task_id: TaskId) -> Iterator[Attachment]:
    """Yield every file that came or went with the task's mails."""
    for ref in here.store.mails.for_task(task_id):
        yield from here.message(ref).attachments
    for row in here.store.outbox.for_task(task_id):
        yield from mime.parse(row.mime).attachments


def file_line(item: Attachment) -> FileLine:
    """Return an attachment as a line."""
    return FileLine(name=item.name, media_type=item.media_type, size=item.size, sha256=item.sha256)


def _said(message: Message, *, ours: bool, at: datetime | None, state: str = "") -> Said:
    parts = message.segments
    kept = (parts.signature, parts.quoted, parts.forwarded)
    return Said(
        ours=ours,
        sender=str(message.sender or "unknown"),
        at=at,
        subject=message.subject,
        text=parts.new.strip() or message.text.strip(),
        rest="\n\n".join(part.strip() for part in kept if part.strip()) if parts.new else "",
        state=state,
        files=tuple(file_line(item) for item in message.attachments if not item.inline),
    )
