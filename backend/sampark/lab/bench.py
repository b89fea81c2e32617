"""The bench of a trial: files go in by name, what steps make stays in memory.

Nothing of a trial reaches a store, so that trying a plan can neither be seen nor disturbed by a
server that works on the same installation.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sampark.domain.base import AccountId, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address, Attachment
from sampark.domain.ports import Clock
from sampark.domain.task import Task
from sampark.domain.value import File, Table
from sampark.errors import StepFailed

TRIAL = TaskId("trial")
Fetch = Callable[[str], bytes]
"""Content by its SHA-256; raises LookupError on a hash that nobody kept."""


@dataclass(frozen=True)
class TrialBench:
    """What the tools of one trial may touch.

    Attributes:
        task: the task that the plan is tried for.
        clock: the time that tools are told.
        files: the attached files by handle.
        blobs: what the steps made, by SHA-256.
        fetch: where else content may be found.
    """

    task: Task
    clock: Clock
    files: Mapping[str, Attachment] = field(default_factory=dict[str, Attachment])
    blobs: dict[str, bytes] = field(default_factory=dict[str, bytes])
    fetch: Fetch | None = None

    @property
    def now(self) -> datetime:
        """The present moment in UTC."""
        return self.clock.now()

    def attachment(self, handle: str) -> File:
        """Return the attached file of that handle; raises StepFailed if there is none."""
        if handle not in self.files:
            known = ", ".join(self.files) or "none"
            raise StepFailed(f"No attached file is known as {handle}.", fix=f"Known are: {known}.")
        found = self.files[handle]
        return self.write(found.name, found.media_type, found.content)

    def read(self, item: File | Table) -> bytes:
        """Return the content of a file or the Parquet bytes of a table; raises LookupError."""
        if item.sha256 in self.blobs:
            return self.blobs[item.sha256]
        if self.fetch is None:
            raise LookupError(f"this trial made no {item.name}")
        return self.fetch(item.sha256)

    def write(self, name: str, media_type: str, content: bytes) -> File:
        """Keep content for this trial and return its reference."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.blobs[sha256] = content
        return File(name=name, media_type=media_type, size=len(content), sha256=sha256)


def trial_task(goal: str, clock: Clock) -> Task:
    """Return a task for a plan that no mail asked for."""
    return Task(
        id=TRIAL,
        account=AccountId("sampark@example.com"),
        thread_id=ThreadId("trial"),
        gmail_id=GmailId("trial"),
        requester=Address(email="you@example.com"),
        goal=goal,
        words=goal,
        asked_at=clock.now().astimezone(UTC),
    )
