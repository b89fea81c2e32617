"""A task to look at: the requester's words, with what was understood marked in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from sampark.domain.task import Question, Task, TaskStatus
from sampark.lab.evidence import pieces
from sampark.lab.markup import View, rendered, short
from sampark.reply.figures import count
from sampark.understanding import replies

_TONES = {
    TaskStatus.DONE: "good",
    TaskStatus.FAILED: "bad",
    TaskStatus.STOPPED: "idle",
    TaskStatus.ASKING: "warn",
    TaskStatus.APPROVING: "warn",
}


@dataclass(frozen=True, repr=False)
class TaskView(View):
    """A task as it was understood.

    Attributes:
        task: the task itself.
        status: where it stands; None for one that was only read, never taken up.
        files: the content of its files by name, where the lab has it at hand.
    """

    task: Task
    status: TaskStatus | None = None
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def id(self) -> str:
        """The task's id, as `Lab.task` takes it."""
        return self.task.id

    @property
    def words(self) -> str:
        """The requester's own words."""
        return self.task.words

    @property
    def claims(self) -> dict[str, JsonValue]:
        """What was understood, by name; the first claim of each name."""
        found: dict[str, JsonValue] = {}
        for claim in self.task.claims:
            found.setdefault(claim.name, claim.value)
        return found

    def quote(self, name: str) -> str:
        """Return the words that say so; empty if nothing of that name was understood."""
        claim = self.task.claim(name)
        return "" if claim is None else claim.quote

    def text(self) -> str:
        """Return what is asked, and how much is known about it, in one line."""
        told = [
            self.task.kind or "no known kind",
            *([self.status.value] if self.status else []),
            count(len(self.task.claims), "claim"),
            count(len(self.task.inputs), "file"),
        ]
        return f"Task({short(self.task.goal, 60)!r}: {', '.join(told)})"

    def html(self) -> str:
        """Return the words with their evidence marked, and the claims as a table."""
        return rendered(
            "task",
            task=self.task,
            status=self.status,
            tone=_TONES.get(self.status, "busy") if self.status else "idle",
            pieces=pieces(self.task.words, self.task.claims),
        )


@dataclass(frozen=True, repr=False)
class AskView(View):
    """No plan yet: what must be asked first, or why nothing fits.

    Attributes:
        task: the task that cannot be planned yet.
        questions: what is asked; none if nothing fits.
        reason: why nothing fits, in words for the requester.
    """

    task: TaskView
    questions: tuple[Question, ...] = ()
    reason: str = ""

    def answered(self, words: str) -> TaskView:
        """Return the task as it stands once the requester has answered with these words."""
        known = replies.answer(self.task.task, self.questions, words)
        return replace(self.task, task=known)

    def text(self) -> str:
        """Return the questions, a line each, or the reason."""
        if not self.questions:
            return f"No plan: {self.reason or 'nothing that is known fits.'}"
        return "\n".join(["Questions first:", *(f"- {each.text}" for each in self.questions)])

    def html(self) -> str:
        """Return the questions with their choices, or the reason."""
        return rendered("ask", questions=self.questions, headline=self.text().partition("\n")[0])
