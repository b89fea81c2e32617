"""What screens are shown: frozen, complete, nothing left to look up."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from sampark.domain.base import Frozen, TaskId
from sampark.domain.run import StepStatus
from sampark.domain.task import TaskStatus
from sampark.storage.rows import AccountState, QuotaUse


class Stage(StrEnum):
    """Where a task stands, in the five words of the overview."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class TaskLine(Frozen):
    """A task in a list. `note` says why it ended as it did, where that needs saying.

    `waits_until` is when the next of its timers goes off.
    """

    id: TaskId
    subject: str
    requester: str
    goal: str
    kind: str
    status: TaskStatus
    note: str
    updated_at: AwareDatetime
    waits_until: AwareDatetime | None = None

    @property
    def stage(self) -> Stage:
        """What an operator wants to know first of it."""
        if self.status.final:
            return Stage(self.status.value)
        waits = self.status in {TaskStatus.ASKING, TaskStatus.APPROVING}
        return Stage.WAITING if waits or self.waits_until is not None else Stage.RUNNING


class MailLine(Frozen):
    """A mail in a list. `outcome` is `open` until it was handled; `flags`: what is odd about it."""

    key: str
    sender: str
    subject: str
    received_at: AwareDatetime
    outcome: str
    reason: str
    task: TaskId | None
    flags: tuple[str, ...] = ()


class HeldLine(Frozen):
    """A mail of ours that was not sent, or that Gmail did not say of whether it was."""

    key: str
    task: TaskId | None
    subject: str
    state: str
    reason: str


class MailboxLine(Frozen):
    """A mailbox in a list. `watch_until` is when Gmail ceases to tell of its news."""

    address: str
    state: AccountState | Literal["sandbox"]
    read_at: AwareDatetime | None = None
    watch_until: AwareDatetime | None = None
    quota: QuotaUse | None = None


class Alarm(Frozen):
    """Something that a person should look into, and what to do.

    `urgent`: mail is not read or not sent meanwhile. `since` is when it began, or when the mailbox
    was read last.
    """

    kind: Literal["reconnect", "unread", "held", "watch", "hints", "missed"]
    title: str
    detail: str
    fix: str
    since: AwareDatetime | None = None
    urgent: bool = True


class Overview(Frozen):
    """The state of the house. `seq` is the last event it takes in.

    `counts` are of all tasks, by stage; `held` are mails that a person must look at.
    """

    seq: int
    counts: dict[Stage, int]
    tasks: tuple[TaskLine, ...]
    mails: tuple[MailLine, ...]
    held: tuple[HeldLine, ...]
    mailboxes: tuple[MailboxLine, ...] = ()
    alarms: tuple[Alarm, ...] = ()


class FileLine(Frozen):
    """A file of a task, to be fetched by its digest. `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


class FileContent(Frozen):
    """A file with what is in it."""

    line: FileLine
    content: bytes = Field(repr=False)


class Result(Frozen):
    """One thing that a step gave: words, or a file."""

    name: str
    text: str = Field(default="", repr=False)
    file: FileLine | None = None


class StepLine(Frozen):
    """A step of a plan as it stands. `seconds` of the last attempt; `uses` are its arguments."""

    key: str
    title: str
    tool: str
    status: StepStatus
    attempts: int
    seconds: float
    uses: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    error: str = ""


class Said(Frozen):
    """One mail of a conversation. `ours` marks what Sampark wrote.

    `text` are the words that are new in this mail, `rest` what it quotes and the signature.
    """

    ours: bool
    sender: str
    at: AwareDatetime | None
    subject: str
    text: str = Field(repr=False)
    rest: str = Field(default="", repr=False)
    state: str = ""
    files: tuple[FileLine, ...] = ()


class TaskPage(Frozen):
    """Everything about one task. `picture` is the plan as SVG, empty while there is none."""

    line: TaskLine
    conversation: tuple[Said, ...]
    steps: tuple[StepLine, ...]
    picture: str = Field(default="", repr=False)
    assumptions: tuple[str, ...] = ()
    origin: str = ""
    tokens: int = 0
    usd: str = "0"
    seq: int = 0


class LetterLine(Frozen):
    """A mail in a person's own mailbox. `html` is shown only in a sandboxed frame."""

    id: str
    thread: str
    sender: str
    mine: bool
    subject: str
    date: str
    text: str = Field(repr=False)
    html: str = Field(default="", repr=False)
    files: tuple[str, ...] = ()


class ThreadLine(Frozen):
    """A thread in a person's mailbox, newest first."""

    id: str
    subject: str
    letters: int
    answered: bool
    date: str


class Person(Frozen):
    """Who is signed in."""

    name: str
    role: str

    def may(self, role: str) -> bool:
        """Whether the person's role includes that one: viewer, operator, admin."""
        ranks = ("viewer", "operator", "admin")
        return self.role in ranks and ranks.index(self.role) >= ranks.index(role)
