"""Tables of what leaves the system: the outbox and the ledger of other effects."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from sampark.storage.tables.base import SealedBytes, TableRow, UtcTime


class MimesTable(TableRow, table=True):
    """The bytes of a mail to send, which never change, apart from its row, which does."""

    identity: ClassVar[tuple[str, ...]] = ("key",)

    key: str = Field(primary_key=True)
    content: bytes = Field(sa_type=SealedBytes)


class OutboxTable(TableRow, table=True):
    """One mail to send, known by its key before anything is sent.

    `seen_at`: since when a person knows what became of it, and needs not be told.
    """

    identity: ClassVar[tuple[str, ...]] = ("key",)

    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    account: str = Field(foreign_key="accounts.id", index=True)
    task: str | None = Field(default=None, index=True)
    thread_id: str
    sha256: str
    state: str = Field(index=True)
    draft_id: str | None = None
    gmail_id: str | None = None
    message_id: str | None = None
    rfc_index: str | None = Field(default=None, index=True)
    reason: bytes | None = Field(default=None, sa_type=SealedBytes)
    updated_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcTime)


class EffectsTable(TableRow, table=True):
    """One effect outside the mailbox, known by its key before it happens."""

    identity: ClassVar[tuple[str, ...]] = ("key",)

    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    task: str | None = Field(default=None, index=True)
    kind: str
    args: bytes = Field(sa_type=SealedBytes)
    plan_hash: str
    approval: str
    state: str
    result: bytes | None = Field(default=None, sa_type=SealedBytes)
    updated_at: datetime = Field(sa_type=UtcTime)
