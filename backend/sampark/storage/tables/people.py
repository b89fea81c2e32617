"""Tables of who may sign in, and of who is."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from sampark.storage.tables.base import SealedBytes, TableRow, UtcTime


class UsersTable(TableRow, table=True):
    """A person. The hash is sealed so that it cannot be exchanged with another person's."""

    identity: ClassVar[tuple[str, ...]] = ("name",)

    name: str = Field(primary_key=True)
    password_hash: bytes = Field(sa_type=SealedBytes)
    role: str
    created_at: datetime = Field(sa_type=UtcTime)


class SessionsTable(TableRow, table=True):
    """A signed-in browser, by the SHA-256 of its id."""

    sid_hash: str = Field(primary_key=True)
    name: str = Field(foreign_key="users.name")
    expires_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)


class LinksTable(TableRow, table=True):
    """A sign-in link that works once, by the SHA-256 of its token."""

    token_hash: str = Field(primary_key=True)
    name: str = Field(foreign_key="users.name")
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)
