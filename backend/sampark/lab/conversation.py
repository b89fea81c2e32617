"""A thread of mails to read: what the person wrote, what came back, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sampark.lab.file_view import FileView
from sampark.lab.files import Files, attached
from sampark.lab.markup import View, rendered, short
from sampark.lab.task_view import TaskView
from sampark.reply.figures import count
from sampark.storage.rows import MailOutcome

_RECEIPT = "How this was done"  # the line that opens the receipt of an answer
_SIGNATURE = "-- "


@dataclass(frozen=True, repr=False)
class Mail(View):
    """One mail. `ours`: Sampark wrote it. `words` is the whole text body."""

    ours: bool
    sender: str
    subject: str
    words: str
    files: Mapping[str, FileView] = field(default_factory=dict[str, FileView])
    message_id: str = ""

    @property
    def said(self) -> str:
        """The words above the receipt: what the answer says, without how it was done.

        The receipt tells times and hashes, which differ from run to run; `words` has them.
        """
        lines = self.words.splitlines()
        ends = [at for at, line in enumerate(lines) if line in {_RECEIPT, _SIGNATURE, "--"}]
        return "\n".join(lines[: min(ends, default=len(lines))]).strip()

    def text(self) -> str:
        """Return the sender and the words, without the receipt."""
        return f"{self.sender}: {self.said}"

    def html(self) -> str:
        """Return the mail as a card."""
        return rendered("mail", mail=self)


@dataclass(frozen=True)
class Outcome:
    """What became of the first mail of a thread; all empty until it was handled."""

    kind: MailOutcome | None = None
    reason: str = ""


class Thread(Protocol):
    """Where a conversation is read from, each time anew."""

    def mails(self) -> list[Mail]:
        """Return the mails, oldest first."""
        ...

    def outcome(self) -> Outcome:
        """Return what became of the first mail."""
        ...

    def task(self) -> TaskView | None:
        """Return the latest task of the thread."""
        ...

    def reply(self, words: str, files: Mapping[str, bytes], /) -> None:
        """Answer the last mail as the person who began the thread."""
        ...


@dataclass(frozen=True, repr=False)
class Conversation(View):
    """A thread as it stands now: each look reads it anew."""

    thread: Thread = field(repr=False)

    def reply(self, words: str, *, files: Files = ()) -> "Conversation":
        """Answer the last mail as the person who began the thread.

        Raises:
            SettingsError: That person has no mailbox here, or a file cannot be read.
        """
        self.thread.reply(words, attached(files))
        return self

    @property
    def mails(self) -> list[Mail]:
        """Every mail of the thread, oldest first."""
        return self.thread.mails()

    @property
    def answers(self) -> list[Mail]:
        """What Sampark wrote, oldest first."""
        return [mail for mail in self.mails if mail.ours]

    @property
    def answer(self) -> Mail | None:
        """The last mail that Sampark wrote; None as long as there is none."""
        return next(reversed(self.answers), None)

    @property
    def files(self) -> dict[str, FileView]:
        """The files that came with the last answer, by name."""
        return dict(self.answer.files) if self.answer else {}

    @property
    def task(self) -> TaskView | None:
        """The latest task that the thread is about; None if it started none."""
        return self.thread.task()

    @property
    def outcome(self) -> str:
        """What became of the first mail: `task`, `ignored`, `refused`, `open` and so on."""
        return self.thread.outcome().kind or "open"

    @property
    def reason(self) -> str:
        """Why the first mail got no answer; empty if it may have one."""
        return self.thread.outcome().reason

    def text(self) -> str:
        """Return the subject, the number of mails and how it stands, in one line."""
        mails = self.mails
        subject = mails[0].subject if mails else ""
        return f"Conversation({short(subject, 60)!r}: {count(len(mails), 'mail')}, {self.stands})"

    @property
    def stands(self) -> str:
        """How it stands, in one word: the task's status, else what became of the mail."""
        task = self.task
        return task.status.value if task and task.status else self.outcome

    def html(self) -> str:
        """Return the mails one below the other."""
        mails = self.mails
        return rendered(
            "conversation",
            mails=mails,
            stands=self.stands,
            silent=not any(mail.ours for mail in mails),
            reason=self.reason,
        )
