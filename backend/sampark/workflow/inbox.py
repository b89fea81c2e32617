"""The store as the mailbox's sync sees it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sampark.domain.base import AccountId, GmailId
from sampark.domain.mail import Arrival, MailRef
from sampark.storage.store import Store


class Inbox:
    """Cursor and mails of a store, in one place."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def cursor(self, account: AccountId) -> str | None:
        """Return the history id up to which mail was taken in."""
        return self._store.accounts.cursor(account)

    def take_in(
        self, account: AccountId, arrivals: Sequence[Arrival], cursor: str | None
    ) -> list[MailRef]:
        """Keep what is new and move the cursor, in one transaction."""
        return self._store.mails.take_in(account, arrivals, cursor)

    def unknown(self, account: AccountId, gmail_ids: Iterable[GmailId]) -> list[GmailId]:
        """Return the ids that were not taken in yet."""
        return self._store.mails.unknown(account, gmail_ids)

    def last_internal_date(self, account: AccountId) -> datetime | None:
        """Return when Gmail accepted the newest mail that was taken in."""
        return self._store.mails.last_internal_date(account)
