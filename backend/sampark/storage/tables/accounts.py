"""Tables of connected accounts and of what arrived for them."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from sampark.storage.tables.base import SealedBytes, TableRow, UtcTime


class AccountsTable(TableRow, table=True):
    """A connected mailbox, how far its history was read, and its sealed grant."""

    identity: ClassVar[tuple[str, ...]] = ("id",)

    id: str = Field(primary_key=True)
    state: str
    cursor: str | None = None
    token: bytes | None = Field(default=None, sa_type=SealedBytes)
    added_at: datetime = Field(sa_type=UtcTime)
    scopes: str | None = None
    connected_at: datetime | None = Field(default=None, sa_type=UtcTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcTime)
    watch_expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    units_minute: int | None = None
    units_limit: int | None = None
    units_peak: int | None = None
    units_today: int | None = None
    units_at: datetime | None = Field(default=None, sa_type=UtcTime)


class TroublesTable(TableRow, table=True):
    """What is wrong at the moment: a row comes with a trouble, and goes with it.

    `account` is empty where the trouble is of no mailbox alone. No mail text is in it.
    """

    identity: ClassVar[tuple[str, ...]] = ("kind", "account")

    kind: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    problem: str
    since: datetime = Field(sa_type=UtcTime)
    at: datetime = Field(sa_type=UtcTime)


class RawsTable(TableRow, table=True):
    """The bytes of a mail, apart from its row, which changes: SQLite rewrites whole rows."""

    identity: ClassVar[tuple[str, ...]] = ("account", "gmail_id")

    account: str = Field(primary_key=True)
    gmail_id: str = Field(primary_key=True)
    content: bytes = Field(sa_type=SealedBytes)


class MailsTable(TableRow, table=True):
    """A mail that arrived, and what became of it. `rfc_index` is blind: senders write ids.

    `claim` is the blind index of Message-ID and sender, held by the first of its copies. `flags` are
    sentences of our own about the sender, one a line.
    """

    identity: ClassVar[tuple[str, ...]] = ("account", "gmail_id")

    account: str = Field(primary_key=True, foreign_key="accounts.id")
    gmail_id: str = Field(primary_key=True)
    thread_id: str = Field(index=True)
    labels: str
    received_at: datetime = Field(sa_type=UtcTime, index=True)
    taken_at: datetime = Field(sa_type=UtcTime)
    rfc_index: str | None = Field(default=None, index=True)
    claim: str | None = Field(default=None, index=True, unique=True)
    sender: bytes | None = Field(default=None, sa_type=SealedBytes)
    subject: bytes | None = Field(default=None, sa_type=SealedBytes)
    outcome: str | None = Field(default=None, index=True)
    reason: bytes | None = Field(default=None, sa_type=SealedBytes)
    flags: str | None = None
    task: str | None = Field(default=None, index=True)
