"""What happened when a plan ran: attempts, values, effects, and the record of it all."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from sampark.domain.base import Frozen, StepKey, TaskId
from sampark.domain.plan import Plan
from sampark.domain.task import Task
from sampark.domain.value import File, Value


class StepStatus(StrEnum):
    """Where a step stands. `waiting` is a durable wait (a date, a reply)."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    APPROVAL = "approval"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class StepError(Frozen):
    """Why an attempt failed, in words for a person. `transient`: another attempt may succeed."""

    kind: str
    message: str
    transient: bool = False


class StepRun(Frozen):
    """One attempt at one step."""

    key: StepKey
    attempt: int
    status: StepStatus
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    value: Value | None = None
    error: StepError | None = None
    usd: float = 0.0
    tokens: int = 0

    @property
    def seconds(self) -> float:
        """How long the attempt took; 0.0 while it is under way."""
        if self.started_at is None or self.finished_at is None:
            return 0.0
        return (self.finished_at - self.started_at).total_seconds()


class RunRecord(Frozen):
    """A run as it stands: the last attempt of every step that was tried."""

    task: Task
    plan: Plan
    steps: tuple[StepRun, ...] = ()

    def last(self, key: str) -> StepRun | None:
        """Return the latest attempt at that step."""
        tried = [step for step in self.steps if step.key == key]
        return max(tried, key=lambda step: step.attempt, default=None)


EffectState = Literal["planned", "sending", "done", "failed", "unknown"]


class Effect(Frozen):
    """One row of the effect ledger: what leaves the system, known by its key before it happens."""

    key: str
    task: TaskId | None
    kind: str
    args: dict[str, JsonValue]
    plan_hash: str = ""
    approval: str = ""
    state: EffectState = "planned"
    result: dict[str, JsonValue] = Field(default_factory=dict)


class LeftOut(Frozen):
    """A file that does not go along with a mail, and why; `size` in bytes."""

    name: str
    size: int
    reason: str


class Outgoing(Frozen):
    """An answer before it becomes MIME. Bodies are sanitised; `pictures` are PNGs by content id."""

    subject: str
    text: str
    html: str
    files: tuple[File, ...] = ()
    pictures: dict[str, bytes] = Field(default_factory=dict)
