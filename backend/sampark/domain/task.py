"""A task: what a mail asks for, each claim with the requester's exact words as evidence."""

from enum import StrEnum

from pydantic import AwareDatetime, JsonValue

from sampark.domain.base import AccountId, Frozen, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address


class TaskStatus(StrEnum):
    """Where a task stands. `done`, `failed` and `stopped` are final."""

    NEW = "new"
    UNDERSTOOD = "understood"
    ASKING = "asking"
    PLANNING = "planning"
    APPROVING = "approving"
    RUNNING = "running"
    REPLYING = "replying"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def final(self) -> bool:
        """Whether nothing will happen to the task any more."""
        return self in {TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.STOPPED}


class Claim(Frozen):
    """One thing understood, and the words that say so: they stand at `start` of the words."""

    name: str
    value: JsonValue
    quote: str
    start: int


UNREAD = "unread"
"""The name of a claim on words of a later mail of which nothing could be made.

Its value is None, or the id of that mail where all of it was neither consent nor a change.
"""


class TaskInput(Frozen):
    """A file that the requester attached, by handle. `size` in bytes; `media_type` sniffed."""

    handle: str
    name: str
    media_type: str
    size: int


class Task(Frozen):
    """What is asked. `words` are the requester's new words, the only source of claims.

    `asked_at` carries the requester's own UTC offset; `timezone` is an IANA name if known.
    `follows` is the ended task of the same thread whose files may be used again.
    """

    id: TaskId
    account: AccountId
    thread_id: ThreadId
    gmail_id: GmailId
    requester: Address
    goal: str
    words: str
    subject: str = ""
    kind: str = ""
    claims: tuple[Claim, ...] = ()
    inputs: tuple[TaskInput, ...] = ()
    deliverables: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    deadline: AwareDatetime | None = None
    language: str = "en"
    asked_at: AwareDatetime
    timezone: str = ""
    follows: TaskId | None = None

    def claim(self, name: str) -> Claim | None:
        """Return the first claim of that name."""
        return next((claim for claim in self.claims if claim.name == name), None)


class Question(Frozen):
    """One thing to ask the requester, with what will be taken if no answer comes."""

    about: str
    text: str
    choices: tuple[str, ...] = ()
    default: str = ""
