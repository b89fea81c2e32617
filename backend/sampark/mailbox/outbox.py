"""Sending exactly once over a service that has no idempotency key.

The protocol, per row: look for the mail by its marker; keep it as a draft; store the draft's id,
durably, before anything is sent; send the draft, once. A draft is consumed by sending, so sending
the same draft again cannot make a second mail; creating a second draft could, and never happens
once a draft is stored. Whatever is in doubt is looked up, and what stays in doubt is left to a
person as `unknown`.
"""

from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from sampark.domain.base import GmailId, ThreadId
from sampark.domain.ports import Clock
from sampark.errors import MailboxError, SendUnknown
from sampark.mailbox.gmail import Marked, Sent
from sampark.mailbox.refusals import SendRefused

State = Literal["planned", "sending", "sent", "failed", "unknown", "bounced"]

# After a send with an unknown outcome Gmail may still be at work: a draft is sent again only after
# this.
QUIET = timedelta(seconds=60)

# A draft that is gone and a mail that is nowhere for this long: a person must look.
GIVE_UP = timedelta(minutes=10)

# How many of the newest sent messages are looked through where the thread does not show the mail.
_RECENT = 10


class Row(Protocol):
    """What is needed of a stored outbox row."""

    @property
    def key(self) -> str:
        """The outbox key, which the mail's marker header bears."""
        ...

    @property
    def thread_id(self) -> ThreadId:
        """The thread to answer in, "" for a new one."""
        ...

    @property
    def mime(self) -> bytes:
        """The mail; it never changes."""
        ...

    @property
    def state(self) -> State:
        """Where the mail stands."""
        ...

    @property
    def draft_id(self) -> str | None:
        """The draft that is being sent, once there is one."""
        ...

    @property
    def updated_at(self) -> datetime | None:
        """When the row last changed."""
        ...


Row_co = TypeVar("Row_co", bound=Row, covariant=True)


class OutboxStore(Protocol[Row_co]):
    """What is needed of the outbox table. Each call is durable when it returns."""

    def get(self, key: str) -> Row_co:
        """Return the row of that key."""
        ...

    def drafted(self, key: str, draft_id: str) -> None:
        """Store the draft's id and the state `sending`."""
        ...

    def sent(self, key: str, gmail_id: str, thread_id: str, message_id: str) -> None:
        """Store that the mail is out."""
        ...

    def failed(self, key: str, reason: str) -> None:
        """Store that Gmail refused the mail for good."""
        ...

    def unknown(self, key: str, reason: str) -> None:
        """Store that a person must find out."""
        ...


class Sender(Protocol):
    """What is needed of Gmail; `sampark.mailbox.gmail.Gmail` has it."""

    def marked(self, thread_id: str, key: str, *, recent: int = 0) -> Marked | None:
        """Return our mail with that marker, in the thread or among the newest sent ones."""
        ...

    def create_draft(self, raw: bytes, thread_id: str) -> str:
        """Keep a draft; raises SendRefused, MailboxError."""
        ...

    def send_draft(self, draft_id: str) -> Sent:
        """Send a draft once; raises SendRefused, SendUnknown."""
        ...

    def draft_exists(self, draft_id: str) -> bool:
        """Whether a draft is still there."""
        ...

    def message_id(self, gmail_id: GmailId) -> str:
        """Return a message's Message-ID."""
        ...


def deliver(
    key: str, gmail: Sender, rows: OutboxStore[Row_co], *, clock: Clock, quiet: timedelta = QUIET
) -> Row_co:
    """Bring a row as far as it gets now, and return it as it then is.

    A `planned` row is sent. A row in `sending` is reconciled. Any other state is final here. A row
    that is still `sending` afterwards wants `reconcile` once `quiet` has passed.

    Raises:
        MailboxError: Gmail could not be asked; the row is as it was and may be delivered again.
        ReconnectNeeded: the grant is gone.
    """
    row = rows.get(key)
    if row.state == "sending":
        return reconcile(key, gmail, rows, clock=clock, quiet=quiet)
    if row.state != "planned":
        return row
    # The mail may be out already: the row may come from a backup that is older than its sending.
    found = gmail.marked(row.thread_id, key)
    if found is not None and found.state == "sent":
        return _note_sent(key, gmail, rows, found.gmail_id, found.thread_id)
    try:
        adopted = found.draft_id if found is not None else ""
        draft_id = adopted or gmail.create_draft(row.mime, row.thread_id)
    except SendRefused as refused:
        rows.failed(key, refused.problem)
        return rows.get(key)
    return _send(key, draft_id, gmail, rows)


def reconcile(
    key: str,
    gmail: Sender,
    rows: OutboxStore[Row_co],
    *,
    clock: Clock,
    quiet: timedelta = QUIET,
    give_up: timedelta = GIVE_UP,
) -> Row_co:
    """Find out about a row in `sending`, after a crash or an unknown outcome, and return it.

    Found among the sent mails: `sent`. The draft is still there and the row was quiet for long
    enough: the same draft is sent again. Neither: `unknown` after `give_up`, until then it stays
    `sending`. A draft is never created here.

    Raises:
        MailboxError: Gmail could not be asked; nothing changed.
    """
    row = rows.get(key)
    if row.state != "sending":
        return row
    found = gmail.marked(row.thread_id, key, recent=_RECENT)
    if found is not None and found.state == "sent":
        return _note_sent(key, gmail, rows, found.gmail_id, found.thread_id)
    silent = clock.now() - row.updated_at if row.updated_at is not None else give_up
    if row.draft_id is not None and gmail.draft_exists(row.draft_id):
        return _send(key, row.draft_id, gmail, rows) if silent >= quiet else row
    if silent >= give_up:
        rows.unknown(
            key,
            "The draft is gone and no sent mail bears the marker: look in Gmail first.",
        )
    return rows.get(key)


def _send(key: str, draft_id: str, gmail: Sender, rows: OutboxStore[Row_co]) -> Row_co:
    """Send a draft whose id is stored first; an unclear outcome is looked up, not repeated."""
    # Durable first: after a crash from here on only this draft may be sent.
    rows.drafted(key, draft_id)
    try:
        sent = gmail.send_draft(draft_id)
    except SendRefused as refused:
        return _after_refusal(key, draft_id, refused.problem, gmail, rows)
    except SendUnknown:
        return _look(key, gmail, rows)
    return _note_sent(key, gmail, rows, sent.gmail_id, sent.thread_id)


def _look(key: str, gmail: Sender, rows: OutboxStore[Row_co]) -> Row_co:
    """One look for the mail right after an unclear outcome. A failing look changes nothing."""
    row = rows.get(key)
    try:
        found = gmail.marked(row.thread_id, key)
    except MailboxError:
        return row
    if found is not None and found.state == "sent":
        return _note_sent(key, gmail, rows, found.gmail_id, found.thread_id)
    return row


def _after_refusal(
    key: str, draft_id: str, problem: str, gmail: Sender, rows: OutboxStore[Row_co]
) -> Row_co:
    """A refused send can hide an earlier success: it failed only if the draft is still there."""
    row = rows.get(key)
    found = gmail.marked(row.thread_id, key, recent=_RECENT)
    if found is not None and found.state == "sent":
        return _note_sent(key, gmail, rows, found.gmail_id, found.thread_id)
    # A draft that is gone may have been sent by a request whose answer was lost.
    if gmail.draft_exists(draft_id):
        rows.failed(key, problem)
    return rows.get(key)


def _note_sent(
    key: str, gmail: Sender, rows: OutboxStore[Row_co], gmail_id: GmailId, thread_id: ThreadId
) -> Row_co:
    """Store that it is out; an answer to it is known by its thread, should its id be missing."""
    try:
        message_id = gmail.message_id(gmail_id)
    except MailboxError:
        message_id = ""
    rows.sent(key, gmail_id, thread_id, message_id)
    return rows.get(key)
