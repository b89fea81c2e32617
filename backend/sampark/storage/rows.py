"""What the repositories hand out, where the domain has no noun of its own for it."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from sampark.domain.base import AccountId, Frozen, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address, MailRef
from sampark.domain.task import TaskStatus

AccountState = Literal["connected", "reconnect needed", "disconnected"]
MailOutcome = Literal["task", "answer", "ignored", "refused", "quarantined", "control", "imported"]
TroubleKind = Literal["unread", "watch", "hints", "missed"]
CHANGED = "(cannot be read: its row was changed)"
"""The subject, in lists, of what was changed outside of this system."""

OutboxState = Literal["planned", "sending", "sent", "failed", "unknown", "bounced"]


class QuotaUse(Frozen):
    """What a mailbox drew of Gmail's quota, in units, as it was known at `at`.

    `minute` is the minute before that, `limit` what a minute allows; `peak` is the most that a
    minute saw on that day (UTC), `today` the day's sum.
    """

    minute: int
    limit: int
    peak: int
    today: int
    at: AwareDatetime


class AccountRow(Frozen):
    """A connected mailbox. `cursor` is Gmail's history id as text, None before the first sync.

    `scopes` are what its grant allows, `read_at` is when it was last read without a failure, to a
    minute; both are empty where it never was connected or read. `quota` is None where no limit is
    kept to, or nothing was noted yet.
    """

    account: AccountId
    state: AccountState
    cursor: str | None
    added_at: AwareDatetime
    scopes: tuple[str, ...] = ()
    connected_at: AwareDatetime | None = None
    read_at: AwareDatetime | None = None
    watch_expires_at: AwareDatetime | None = None
    quota: QuotaUse | None = None


class TroubleRow(Frozen):
    """Something that is wrong, met first at `since` and last at `at`.

    `unread`: the mailbox cannot be read. `watch`: Gmail will not tell of its news. `hints`: what
    Gmail tells cannot be pulled (of no mailbox alone: `account` is empty). `missed`: a sweep found
    mail that had been missed; it does not end, but grows old.
    """

    kind: TroubleKind
    account: str
    problem: str
    since: AwareDatetime
    at: AwareDatetime


class MailRow(Frozen):
    """A mail and what became of it. `sender` and `subject` are empty until the mail was parsed.

    `flags` say what is odd about its sender.
    """

    ref: MailRef
    thread_id: ThreadId
    sender: str
    subject: str
    received_at: AwareDatetime
    outcome: MailOutcome | None
    reason: str
    task: TaskId | None
    flags: tuple[str, ...] = ()


class TaskRow(Frozen):
    """A task in a list."""

    id: TaskId
    requester: Address
    subject: str
    kind: str
    goal: str
    status: TaskStatus
    note: str
    thread_id: ThreadId
    account: AccountId
    created_at: AwareDatetime
    updated_at: AwareDatetime


class OutboxRow(Frozen):
    """A mail to send. `sha256` is that of `mime`, filled in by the store where left empty."""

    key: str
    account: AccountId
    task: TaskId | None
    thread_id: ThreadId
    mime: bytes = Field(repr=False)
    sha256: str = ""
    state: OutboxState = "planned"
    draft_id: str | None = None
    gmail_id: GmailId | None = None
    message_id: str | None = None
    reason: str = ""
    updated_at: AwareDatetime | None = None


class EventRow(Frozen):
    """Something that happened; `seq` only grows."""

    seq: int
    at: AwareDatetime
    task: TaskId | None
    kind: str
    detail: dict[str, JsonValue]


class WaitRow(Frozen):
    """A step that sleeps until `due_at`, and the workflow to wake then."""

    task: TaskId
    step_key: str
    workflow_id: str
    due_at: AwareDatetime


class ModelCall(Frozen):
    """One call of a model. `prompt` is the prompt's name, `trace` what was said (sealed at rest).

    `seconds` is the latency, `usd` the price in US dollars, None where the model's is not known.
    `requests` counts its answers, `cached_tokens` what those from a cache had cost when new.
    `failure` is the kind of error, empty when the call succeeded.
    """

    role: str
    model: str
    prompt: str
    fingerprint: str
    input_tokens: int
    output_tokens: int
    usd: Decimal | None
    seconds: float
    task: TaskId | None
    at: AwareDatetime
    requests: int = 1
    cached_tokens: int = 0
    failure: str = ""
    trace: str = Field(default="", repr=False)

    @classmethod
    def of(cls, call: Frozen, *, task: TaskId | None, at: datetime) -> "ModelCall":
        """Return a call that was recorded without task and time; raises ValidationError."""
        return cls.model_validate({**call.model_dump(), "task": task, "at": at})


class UserRow(Frozen):
    """A person who may sign in."""

    name: str
    role: str
    created_at: AwareDatetime
    password_hash: str = Field(repr=False)
