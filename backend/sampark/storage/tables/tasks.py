"""Tables of tasks, their plans, the attempts at their steps, their files and their waits."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from sampark.storage.tables.base import SealedBytes, TableRow, UtcTime


class TasksTable(TableRow, table=True):
    """A task: its words sealed, its status plain. `seq` orders tasks made in one moment.

    `requester_index` is the blind index of who asked. `heard` is the JSON list of later mails by
    Gmail id, each as what; `taken` counts the amendments among them that the words hold already.
    """

    identity: ClassVar[tuple[str, ...]] = ("id",)

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    account: str = Field(foreign_key="accounts.id")
    thread_id: str = Field(index=True)
    requester_index: str | None = Field(default=None, index=True)
    gmail_id: str
    status: str = Field(index=True)
    note: bytes | None = Field(default=None, sa_type=SealedBytes)
    body: bytes = Field(sa_type=SealedBytes)
    questions: bytes | None = Field(default=None, sa_type=SealedBytes)
    heard: str | None = None
    taken: int | None = None
    stop_asked_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)


class PlansTable(TableRow, table=True):
    """One version of a task's plan; it never changes."""

    identity: ClassVar[tuple[str, ...]] = ("task", "version")

    task: str = Field(primary_key=True, foreign_key="tasks.id")
    version: int = Field(primary_key=True)
    hash: str
    body: bytes = Field(sa_type=SealedBytes)
    created_at: datetime = Field(sa_type=UtcTime)


class StepsTable(TableRow, table=True):
    """One attempt at one step. `usd` in US dollars."""

    identity: ClassVar[tuple[str, ...]] = ("task", "version", "key", "attempt")

    task: str = Field(primary_key=True, foreign_key="tasks.id")
    version: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    attempt: int = Field(primary_key=True)
    status: str
    started_at: datetime | None = Field(default=None, sa_type=UtcTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcTime)
    value: bytes | None = Field(default=None, sa_type=SealedBytes)
    error: bytes | None = Field(default=None, sa_type=SealedBytes)
    usd: float = 0.0
    tokens: int = 0


class BlobsTable(TableRow, table=True):
    """A task's file, found by the blind index of its SHA-256: small contents could be guessed."""

    identity: ClassVar[tuple[str, ...]] = ("task", "content_index")

    task: str = Field(primary_key=True)
    content_index: str = Field(primary_key=True)
    content: bytes = Field(sa_type=SealedBytes)


class WaitsTable(TableRow, table=True):
    """A step that sleeps until a moment, and the workflow to wake."""

    task: str = Field(primary_key=True, foreign_key="tasks.id")
    step_key: str = Field(primary_key=True)
    workflow_id: str
    due_at: datetime = Field(sa_type=UtcTime, index=True)
    done_at: datetime | None = Field(default=None, sa_type=UtcTime)
