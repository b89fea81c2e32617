"""A bench in memory: what tools need to work outside of a running system, in tests and notebooks."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sampark.domain.base import AccountId, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.task import Task
from sampark.domain.value import File, Table
from sampark.errors import StepFailed
from sampark.execution.sniff import MEDIA_TYPES, identify


class MemoryBench:
    """Keeps one task's files by content. Fits `sampark.domain.ports.Bench`."""

    def __init__(self, task: Task, *, now: datetime) -> None:
        self._task = task
        self._now = now
        self._contents: dict[str, bytes] = {}
        self._attached: dict[str, File] = {}

    @classmethod
    def alone(cls, asked_at: datetime, *, timezone: str = "") -> "MemoryBench":
        """Return a bench for trying tools: its task asks for nothing and came at that moment."""
        task = Task(
            id=TaskId("trial"),
            account=AccountId("sampark@example.com"),
            thread_id=ThreadId("trial"),
            gmail_id=GmailId("trial"),
            requester=Address(email="you@example.com"),
            goal="",
            words="",
            asked_at=asked_at,
            timezone=timezone,
        )
        return cls(task, now=asked_at)

    @property
    def task(self) -> Task:
        """The task this bench belongs to."""
        return self._task

    @property
    def now(self) -> datetime:
        """The moment given at the start; it stands still."""
        return self._now

    def attach(self, handle: str, name: str, content: bytes) -> File:
        """Add an attachment and return its reference."""
        file = self.write(name, MEDIA_TYPES.get(identify(name, content), "text/plain"), content)
        self._attached[handle] = file
        return file

    def attachment(self, handle: str) -> File:
        """Return the attached file of that handle; raises StepFailed if there is none."""
        if handle not in self._attached:
            raise StepFailed(f"There is no attachment {handle!r}.", fix="Please attach the file.")
        return self._attached[handle]

    def read(self, item: File | Table) -> bytes:
        """Return the content of a file, or the Parquet bytes of a table; raises KeyError."""
        return self._contents[item.sha256]

    def write(self, name: str, media_type: str, content: bytes) -> File:
        """Keep content and return its reference."""
        digest = sha256(content).hexdigest()
        self._contents[digest] = content
        return File(name=name, media_type=media_type, size=len(content), sha256=digest)

    def contents(self) -> Mapping[str, bytes]:
        """Return all contents by SHA-256."""
        return dict(self._contents)
