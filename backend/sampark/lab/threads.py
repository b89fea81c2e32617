"""Threads as the store has them, and as a person of the lab began them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sampark.domain.base import AccountId, TaskId, ThreadId
from sampark.domain.mail import MailRef, Message
from sampark.errors import SettingsError
from sampark.lab.conversation import Mail, Outcome
from sampark.lab.file_view import FileView, by_name
from sampark.lab.task_view import TaskView
from sampark.mailbox import mime
from sampark.sandbox.person import Letter, Person
from sampark.storage.rows import MailRow
from sampark.storage.store import Store

_ALL = 10_000


@dataclass(frozen=True)
class StoredThread:
    """A thread of a connected mailbox, by Gmail's own id for it."""

    store: Store
    account: AccountId
    thread_id: ThreadId

    def mails(self) -> list[Mail]:
        """Return the requester's mails and ours, oldest first."""
        return [mail for _, mail in sorted(self._told(), key=lambda told: told[0])]

    def outcome(self) -> Outcome:
        """Return what became of the first mail that was not just imported, if there is one."""
        rows = self._rows()
        first = next((row for row in rows if row.outcome != "imported"), next(iter(rows), None))
        return Outcome() if first is None else Outcome(first.outcome, first.reason)

    def task(self) -> TaskView | None:
        """Return the latest task of the thread."""
        latest = self.store.tasks.latest_in_thread(self.account, self.thread_id)
        return None if latest is None else task_view(self.store, latest)

    def reply(self, _words: str, _files: Mapping[str, bytes]) -> None:
        """Refuse: nobody's mailbox is at hand here."""
        raise SettingsError(
            "this lab reads an installation; it writes no mail there.",
            fix="Use Lab.open() for a world of its own, or: sampark mail send",
        )

    def _rows(self) -> list[MailRow]:
        return self.store.mails.in_thread(self.account, self.thread_id)

    def _told(self) -> Iterator[tuple[datetime, Mail]]:
        rows = self._rows()
        for row in rows:
            message = mime.parse(self.store.mails.arrival(row.ref).raw)
            yield row.received_at, read_mail(message, ours=False)
        for task in dict.fromkeys(row.task for row in rows if row.task):
            for sent in self.store.outbox.for_task(task):
                if sent.state in {"sent", "bounced"} and sent.updated_at is not None:
                    yield sent.updated_at, read_mail(mime.parse(sent.mime), ours=True)


@dataclass
class SentThread:
    """A thread that begins with a mail of the lab, before and after it was taken in.

    Attributes:
        store: the store of the system that the mail goes to.
        account: the mailbox that it goes to.
        first: the mail itself.
        ref: where it lies there, if that is known from the start.
        person: who wrote it, and may answer; None for somebody outside the sandbox.
        letter: the mail in that person's own mailbox.
    """

    store: Store
    account: AccountId
    first: Mail
    ref: MailRef | None = None
    person: Person | None = None
    letter: Letter | None = None
    replies: list[Mail] = field(default_factory=list[Mail])

    def mails(self) -> list[Mail]:
        """Return the mails, also those that were sent and not yet taken in."""
        stored = self._stored()
        arrived = [] if stored is None else stored.mails()
        known = {mail.message_id for mail in arrived}
        return [*arrived, *(m for m in (self.first, *self.replies) if m.message_id not in known)]

    def outcome(self) -> Outcome:
        """Return what became of the first mail."""
        stored = self._stored()
        return Outcome() if stored is None else stored.outcome()

    def task(self) -> TaskView | None:
        """Return the latest task of the thread."""
        stored = self._stored()
        return None if stored is None else stored.task()

    def reply(self, words: str, files: Mapping[str, bytes]) -> None:
        """Answer the last mail of the thread as the person who began it; raises SettingsError."""
        if self.person is None or self.letter is None:
            raise SettingsError(
                f"{self.first.sender} has no mailbox in this lab.",
                fix="Answer a mail that you@example.com wrote.",
            )
        last = self.person.thread(self.letter.thread_id)[-1]
        self.replies.append(letter_mail(self.person.reply(last, words, files=files)))

    def _stored(self) -> StoredThread | None:
        ref = self.ref or self.store.mails.by_rfc_id(self.account, self.first.message_id)
        rows = self.store.mails.rows(self.account, limit=_ALL) if ref else []
        found = next((row for row in rows if row.ref == ref), None)
        return None if found is None else StoredThread(self.store, self.account, found.thread_id)


def letter_mail(letter: Letter) -> Mail:
    """Return a mail that a person of the lab sent."""
    return read_mail(mime.parse(letter.raw), ours=False)


def read_mail(message: Message, *, ours: bool) -> Mail:
    """Return a parsed mail for a reader."""
    return Mail(
        ours=ours,
        sender=message.sender.email if message.sender else "unknown",
        subject=message.subject,
        words=message.text or message.segments.new,
        files=by_name(_files(message)),
        message_id=message.message_id,
    )


def task_view(store: Store, task: TaskId) -> TaskView:
    """Return a stored task, its files in the order of their handles.

    Raises:
        StoreError: There is none of that id.
    """
    kept = store.tasks.get(task)
    first = MailRef(account=kept.account, gmail_id=kept.gmail_id)
    refs = [first, *(ref for ref in store.mails.for_task(task) if ref != first)]
    messages = [mime.parse(store.mails.arrival(ref).raw) for ref in refs]
    files = by_name(file for message in messages for file in _files(message))
    return TaskView(
        task=kept,
        status=store.tasks.status(task),
        files={name: file.content for name, file in files.items()},
    )


def _files(message: Message) -> list[FileView]:
    items = [item for item in message.attachments if not item.inline]
    return [FileView(name=item.name, content=item.content) for item in items]
