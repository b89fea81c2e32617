"""Mails that were read as tasks, for the tests of what is made of later words."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sampark.domain.base import AccountId, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.task import Task, TaskInput
from sampark.understanding.claims import Frame
from sampark.understanding.moments import Now
from sampark.understanding.reading import to_claim
from sampark.understanding.words import read

ASKED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OURS = AccountId("sampark@example.com")


def mail(words: str, *files: str, number: int = 1, before: Sequence[TaskInput] = ()) -> Task:
    """Return a mail's task, its files numbered from `number` on, behind those of `before`."""
    inputs = tuple(
        TaskInput(handle=f"att{at}", name=name, media_type="text/csv", size=1)
        for at, name in enumerate(files, start=number)
    )
    frame = Frame(inputs=(*before, *inputs), now=Now(at=ASKED, zone=UTC), own=(OURS,))
    reading = read(words, 0, frame)
    return Task(
        id=TaskId(f"t{number}"),
        account=OURS,
        thread_id=ThreadId("1"),
        gmail_id=GmailId("1"),
        requester=Address(email="you@example.com"),
        goal=words,
        words=words,
        kind=reading.kind,
        claims=tuple(to_claim(item, words) for item in reading.found),
        inputs=inputs,
        asked_at=ASKED,
    )
