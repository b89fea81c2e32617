"""Keeping in step with a mailbox: nothing lost, nothing twice, whatever fails in between.

The cursor is a history id. It moves in the transaction that stores the mail before it, and only
forward; a crash anywhere repeats work and loses none.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sampark.domain.base import AccountId, GmailId
from sampark.domain.mail import Arrival, MailRef
from sampark.domain.ports import Clock
from sampark.errors import CursorExpired, MailboxError, MessageGone
from sampark.mailbox.gmail import History, is_trigger

# How far a resync looks back before the newest stored mail, and how far where nothing is stored:
# Gmail keeps history "typically for at least a week".
OVERLAP = timedelta(hours=1)
LONGEST_GAP = timedelta(days=7)
MOST_LISTED = 100_000

_BATCH = 50
_BATCH_BYTES = 30_000_000


class Mailbox(Protocol):
    """What is needed of Gmail; `sampark.mailbox.gmail.Gmail` has it."""

    @property
    def account(self) -> AccountId:
        """The mailbox's address."""
        ...

    def profile(self) -> tuple[AccountId, str]:
        """Return the address and the newest history id."""
        ...

    def history(self, start: str) -> History:
        """Return the first page of what came since a history id; raises CursorExpired."""
        ...

    def fetch(self, gmail_id: GmailId) -> Arrival:
        """Return a raw mail; raises MessageGone."""
        ...

    def search(self, query: str, limit: int) -> list[GmailId]:
        """Return the newest messages that a search finds."""
        ...


class InboxStore(Protocol):
    """What is needed of the store. `take_in` stores mail and moves the cursor at one stroke."""

    def cursor(self, account: AccountId) -> str | None:
        """Return the history id up to which all mail is stored; None before the first sync."""
        ...

    def take_in(
        self, account: AccountId, arrivals: Sequence[Arrival], cursor: str | None
    ) -> list[MailRef]:
        """Store what is new, move the cursor forward (None: leave it), return the new mails."""
        ...

    def unknown(self, account: AccountId, gmail_ids: Iterable[GmailId]) -> list[GmailId]:
        """Return those of the ids that are not stored, in the order given."""
        ...

    def last_internal_date(self, account: AccountId) -> datetime | None:
        """Return when Gmail accepted the newest stored mail."""
        ...


def sync(gmail: Mailbox, store: InboxStore, *, clock: Clock) -> Iterator[list[MailRef]]:
    """Take in what came since the last time, oldest first; yield each batch once it is stored.

    The first sync of an account only pins the cursor: mail from before is never acted on. Where the
    cursor is older than Gmail's history, the mailbox is read again from the newest stored mail on,
    with the new cursor pinned before, so that mail which arrives meanwhile is found too.

    Raises:
        MailboxError: Gmail could not be read. What was stored stays; the cursor has passed nothing
            that is not stored.
    """
    start = store.cursor(gmail.account)
    if start is None:
        _, pinned = gmail.profile()
        store.take_in(gmail.account, (), pinned)
        return
    try:
        first = gmail.history(start)
    except CursorExpired:
        start = yield from _resync(gmail, store, clock)
        first = gmail.history(start)
    yield from _follow(gmail, store, first)


def sweep(
    gmail: Mailbox, store: InboxStore, *, since: datetime, until: datetime
) -> Iterator[list[MailRef]]:
    """Take in what arrived between two moments and is not stored: the proof that none was lost.

    Looks at the mailbox itself, not at its history. `since` must not lie before the account was
    connected, and a sync must have begun after `until`. Yields and raises as `sync` does; the
    cursor stays where it is.
    """
    yield from _take_in(gmail, store, _arrived(gmail, since, until), None)


def _follow(gmail: Mailbox, store: InboxStore, page: History) -> Iterator[list[MailRef]]:
    """Take in a page of history and those after it; the cursor follows page by page."""
    yield from _take_in(gmail, store, page.added, page.cursor)
    while page.more:
        page = gmail.history(page.cursor)
        yield from _take_in(gmail, store, page.added, page.cursor)


def _resync(gmail: Mailbox, store: InboxStore, clock: Clock) -> Generator[list[MailRef], None, str]:
    """Read the mailbox since the newest stored mail; return the cursor to go on from.

    The stored cursor stays where it is until what came meanwhile is stored too: a crash in between
    starts over.
    """
    _, pinned = gmail.profile()
    newest = store.last_internal_date(gmail.account)
    since = (newest - OVERLAP) if newest is not None else clock.now() - LONGEST_GAP
    yield from _take_in(gmail, store, _arrived(gmail, since, None), None)
    return pinned


def _arrived(gmail: Mailbox, since: datetime, until: datetime | None) -> list[GmailId]:
    """Return what the mailbox received since a moment, oldest first."""
    query = f"after:{int(since.timestamp())} {{in:inbox -in:sent}} -in:drafts -in:chats"
    if until is not None:
        query += f" before:{int(until.timestamp())}"
    listed = gmail.search(query, MOST_LISTED)
    if len(listed) >= MOST_LISTED:
        raise MailboxError(
            f"More than {MOST_LISTED} messages came since the last sync of {gmail.account}.",
            fix="Move what nobody needs to the trash; then the rest is read.",
        )
    return listed[::-1]


def _take_in(
    gmail: Mailbox, store: InboxStore, gmail_ids: Sequence[GmailId], cursor: str | None
) -> Iterator[list[MailRef]]:
    """Store mail in batches; the cursor moves with the last one, when all before it is stored."""
    unseen = store.unknown(gmail.account, gmail_ids)
    held: list[Arrival] = []
    for batch in _batches(_fetched(gmail, unseen)):
        if held:
            yield store.take_in(gmail.account, held, None)
        held = batch
    # Even without mail the cursor moves on: history before it need not be read again.
    if held or cursor is not None:
        yield store.take_in(gmail.account, held, cursor)


def _fetched(gmail: Mailbox, gmail_ids: Iterable[GmailId]) -> Iterator[Arrival]:
    """Fetch messages one by one. One that is gone, or is no mail to us any more, is passed over."""
    for gmail_id in gmail_ids:
        try:
            arrival = gmail.fetch(gmail_id)
        except MessageGone:
            continue
        if is_trigger(frozenset(arrival.labels)):
            yield arrival


def _batches(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Group arrivals: at most 50, and no more than 30 MB beyond the first, are held at once."""
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        if batch and (len(batch) >= _BATCH or size + len(arrival.raw) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(arrival)
        size += len(arrival.raw)
    if batch:
        yield batch
