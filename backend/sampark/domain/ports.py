"""What a stage needs from outside, as Protocols, so that stages never import each other."""

from datetime import UTC, datetime
from typing import Protocol

from sampark.domain.task import Task
from sampark.domain.value import File, Table


class Clock(Protocol):
    """The only source of time. `now` is timezone-aware, in UTC."""

    def now(self) -> datetime:
        """Return the present moment."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class Bench(Protocol):
    """What a tool may touch while it works: its task, the clock, the task's own files."""

    @property
    def task(self) -> Task:
        """The task this step belongs to."""
        ...

    @property
    def now(self) -> datetime:
        """The present moment in UTC."""
        ...

    def attachment(self, handle: str) -> File:
        """Return the attached file of that handle; raises StepFailed if the mail has none."""
        ...

    def read(self, item: File | Table) -> bytes:
        """Return the content of a file or the Parquet bytes of a table of this task."""
        ...

    def write(self, name: str, media_type: str, content: bytes) -> File:
        """Keep content for this task and return its reference."""
        ...
