"""The base of every noun, and the one canonical JSON that hashes are taken over."""

import hashlib
import json
from typing import NewType

from pydantic import BaseModel, ConfigDict, JsonValue

AccountId = NewType("AccountId", str)  # the mailbox's address, lower case
GmailId = NewType("GmailId", str)
ThreadId = NewType("ThreadId", str)
TaskId = NewType("TaskId", str)
StepKey = NewType("StepKey", str)


class Frozen(BaseModel):
    """An immutable value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def canonical_json(value: JsonValue) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8 kept."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(value: JsonValue) -> str:
    """Return the SHA-256 of the canonical JSON, in hex (64 characters)."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
