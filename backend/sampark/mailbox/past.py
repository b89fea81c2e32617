"""A mailbox's past: what it held before it was connected, read in batches, to be looked at only.

Mail that comes later is the sync's, and is left to it: stored from here it would never be answered.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sampark.domain.base import AccountId, Frozen, GmailId
from sampark.domain.mail import Arrival, MailRef
from sampark.errors import CursorExpired
from sampark.mailbox import mime
from sampark.mailbox.gmail import Fetched, History

MOST_LISTED = 10_000_000

# A batch of so many bytes a message at most fits into memory several times over.
_LARGE = 500_000


class Mailbox(Protocol):
    """What is needed of Gmail; `sampark.mailbox.gmail.Gmail` has it."""

    @property
    def account(self) -> AccountId:
        """The mailbox's address."""
        ...

    @property
    def at_once(self) -> int:
        """How many messages are fetched at a time."""
        ...

    def history(self, start: str) -> History:
        """Return the first page of what came since a history id; raises CursorExpired."""
        ...

    def search(self, query: str, limit: int) -> list[GmailId]:
        """Return the newest messages that a search finds."""
        ...

    def fetch_many(self, gmail_ids: Sequence[GmailId]) -> Fetched:
        """Return raw mails, read in one request."""
        ...


class PastStore(Protocol):
    """What is needed of the store."""

    def unknown(self, account: AccountId, gmail_ids: Iterable[GmailId]) -> list[GmailId]:
        """Return those of the ids that are not stored, in the order given."""
        ...

    def bring_in(
        self, account: AccountId, past: Sequence[tuple[Arrival, str, str]]
    ) -> list[MailRef]:
        """Store mails with sender and subject as ones that are never acted on; all or none."""
        ...


class Past(Frozen):
    """What is to be read, newest first, in batches; `stored` counts what was here before."""

    batches: tuple[tuple[GmailId, ...], ...]
    stored: int

    @property
    def mails(self) -> int:
        """How many messages that are."""
        return sum(map(len, self.batches))


class Brought(NamedTuple):
    """What became of one batch: numbers of messages, which add up to its size.

    `gone` were deleted meanwhile; `refused` were not handed out this time.
    """

    imported: int
    gone: int
    refused: int


def find(
    gmail: Mailbox,
    store: PastStore,
    *,
    since: datetime,
    until: datetime,
    cursor: str | None,
    most: int | None = None,
) -> Past:
    """Look for mail that is not stored, without drafts, chats, spam and trash.

    Args:
        gmail: The mailbox.
        store: Where mail is looked for first.
        since: Mail that Gmail accepted from this moment on, to a second.
        until: When the mailbox was connected: what Gmail accepted later is left out.
        cursor: Up to where the sync has read, taken from the store before this call; what comes
            after it is left out, whatever the clocks say.
        most: Find so many at most: the newest ones.

    Raises:
        MailboxError: Gmail could not be read.
    """
    query = f"after:{int(since.timestamp())} before:{int(until.timestamp()) + 1}"
    query += " -in:drafts -in:chats"
    listed = gmail.search(query, MOST_LISTED)
    large = frozenset(gmail.search(f"{query} size:{_LARGE}", MOST_LISTED) if listed else ())
    # Read after the list: what was listed and is not stored is either of the past or among these.
    coming = _after(gmail, cursor) if listed and cursor is not None else frozenset[GmailId]()
    past = [each for each in listed if each not in coming]
    unknown = store.unknown(gmail.account, past)
    wanted = unknown[:most]
    return Past(
        batches=tuple(_batches(wanted, large, gmail.at_once)), stored=len(past) - len(unknown)
    )


def bring_in(gmail: Mailbox, store: PastStore, past: Past) -> Iterator[Brought]:
    """Read and store batch by batch; what was yielded lasts, whatever comes after it.

    Raises:
        MailboxError: Gmail could not be read; the batches before are stored.
    """
    for batch in past.batches:
        fetched = gmail.fetch_many(batch)
        store.bring_in(gmail.account, [_headed(arrival) for arrival in fetched.arrivals])
        yield Brought(len(fetched.arrivals), fetched.gone, len(fetched.refused))


def _after(gmail: Mailbox, cursor: str) -> frozenset[GmailId]:
    """Return what came in after the sync's cursor."""
    found: set[GmailId] = set()
    more = True
    while more:
        try:
            page = gmail.history(cursor)
        # Then the sync reads the mailbox itself, from the newest mail that it took in.
        except CursorExpired:
            break
        found.update(page.added)
        cursor, more = page.cursor, page.more
    return frozenset(found)


def _batches(
    wanted: Sequence[GmailId], large: frozenset[GmailId], size: int
) -> Iterator[tuple[GmailId, ...]]:
    """Group messages for one request each; large ones travel alone, after the others."""
    small = [each for each in wanted if each not in large]
    yield from (tuple(small[start : start + size]) for start in range(0, len(small), size))
    yield from ((each,) for each in wanted if each in large)


def _headed(arrival: Arrival) -> tuple[Arrival, str, str]:
    head = mime.head(arrival.raw)
    return arrival, str(head.sender or ""), head.subject
