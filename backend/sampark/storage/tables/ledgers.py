"""Tables that only grow: events, model calls; and the check that a key is the store's own."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from sampark.storage.tables.base import SealedBytes, TableRow, UtcTime


class EventsTable(TableRow, table=True):
    """Something that happened, without any mail text. `seq` grows in the order of commits."""

    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    task: str | None = Field(default=None, index=True)
    kind: str
    detail: str


class CallsTable(TableRow, table=True):
    """One call of a model. `usd` is a decimal text: no database here rounds money alike."""

    identity: ClassVar[tuple[str, ...]] = ("id",)

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    task: str | None = Field(default=None, index=True)
    at: datetime = Field(sa_type=UtcTime)
    role: str
    model: str
    prompt: str
    fingerprint: str
    input_tokens: int
    output_tokens: int
    usd: str | None = None
    seconds: float
    requests: int
    cached_tokens: int
    failure: str
    trace: bytes = Field(sa_type=SealedBytes)


class KeysTable(TableRow, table=True):
    """A known word sealed with the key of this store: a wrong key is noticed at once."""

    identity: ClassVar[tuple[str, ...]] = ("key_id",)

    key_id: str = Field(primary_key=True)
    proof: bytes = Field(sa_type=SealedBytes)
