"""How a task ends, as its last mail tells it."""

from typing import Literal

from sampark.domain.base import Frozen
from sampark.domain.task import TaskStatus


class Over(Frozen):
    """How a task ends, and why, in words for its requester.

    `told` is the mail that says so: what its run gave, that it cannot be done, or that the answers
    to its questions could not be read.
    """

    end: TaskStatus
    reason: str = ""
    told: Literal["report", "cannot", "unclear"] = "report"
