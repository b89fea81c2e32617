"""The connected mailboxes: their state, their grants, and how far their history was read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from sampark.domain.base import AccountId
from sampark.errors import StoreError
from sampark.storage.repository import Repository, missing
from sampark.storage.rows import AccountRow, AccountState, QuotaUse
from sampark.storage.tables.accounts import AccountsTable

SILENCE = timedelta(minutes=15)
"""How long a connected mailbox may go unread before somebody should look into it."""

_READ_EVERY = timedelta(minutes=1)  # not every poll is worth a commit


class Accounts(Repository):
    """Connected mailboxes."""

    def add(self, account: AccountId) -> None:
        """Connect a mailbox; one that is there already stays as it is."""
        row = AccountsTable(id=account, state="connected", added_at=self._clock.now())
        with self._database.write() as session:
            self._database.add(session, row)

    def all(self) -> list[AccountRow]:
        """Return every mailbox, by address."""
        with self._database.read() as session:
            rows = session.exec(select(AccountsTable).order_by(col(AccountsTable.id)))
            return [_row(row) for row in rows]

    def get(self, account: AccountId) -> AccountRow:
        """Return a mailbox; raises StoreError if it was never added."""
        with self._database.read() as session:
            return _row(_existing(session, account))

    def cursor(self, account: AccountId) -> str | None:
        """Return the history id up to which every mail is stored; None before the first sync."""
        return self.get(account).cursor

    def move_cursor(self, account: AccountId, cursor: str) -> None:
        """Move the cursor forward; an older one is let pass by, for another worker was ahead.

        Raises:
            StoreError: The cursor is no number, or the account was never added.
        """
        with self._database.write() as session:
            forward(locked(session, account), cursor)

    def set_state(self, account: AccountId, state: AccountState) -> None:
        """Note whether the mailbox can be reached; raises StoreError if it was never added.

        A mailbox that was disconnected stays so until it is connected again: whoever still reads
        it with its last access token does not know yet.
        """
        with self._database.write() as session:
            row = locked(session, account)
            if row.state != "disconnected":
                self._become(session, row, state)

    def connect(self, account: AccountId, grant: str, *, scopes: Sequence[str]) -> None:
        """Keep a mailbox's new grant, sealed; the mailbox may be new, known or disconnected.

        Args:
            account: The mailbox's address.
            grant: What the mailbox is opened with from now on, in place of an earlier grant.
            scopes: What the grant allows, in the open.
        """
        self.add(account)
        with self._database.write() as session:
            row = locked(session, account)
            row.seal(self._vault, token=grant)
            row.scopes = " ".join(scopes)
            row.connected_at = self._clock.now()
            row.watch_expires_at = None  # a grant that ended may have taken the watch with it
            self._become(session, row, "connected")

    def disconnect(self, account: AccountId) -> None:
        """Forget the mailbox's grant; its mails and its place in the history stay.

        Raises:
            StoreError: The account was never added.
        """
        with self._database.write() as session:
            row = locked(session, account)
            row.token = row.scopes = row.watch_expires_at = None
            self._become(session, row, "disconnected")

    def granted(self) -> list[AccountId]:
        """Return the mailboxes that have a grant, by address."""
        query = select(AccountsTable.id).where(col(AccountsTable.token).is_not(None))
        with self._database.read() as session:
            return [AccountId(name) for name in session.exec(query.order_by(AccountsTable.id))]

    def grants(self) -> dict[AccountId, datetime]:
        """Return the mailboxes that have a grant, and since when they have had this one."""
        query = select(AccountsTable).where(col(AccountsTable.token).is_not(None))
        with self._database.read() as session:
            rows = session.exec(query.order_by(col(AccountsTable.id)))
            return {AccountId(row.id): row.connected_at or row.added_at for row in rows}

    def note_units(self, account: AccountId, *, minute: int, limit: int, drawn: int) -> None:
        """Note what the mailbox uses of its quota; raises StoreError if it was never added.

        Args:
            account: The mailbox's address.
            minute: Units of the last minute.
            limit: Units that a minute allows.
            drawn: Units since the last note.
        """
        now = self._clock.now()
        with self._database.write() as session:
            row = locked(session, account)
            today = row.units_at is not None and row.units_at.date() == now.date()
            row.units_today = (row.units_today or 0) * today + drawn
            row.units_peak = max((row.units_peak or 0) * today, minute)
            row.units_minute, row.units_limit, row.units_at = minute, limit, now

    def note_read(self, account: AccountId) -> None:
        """Note that the mailbox was just read; raises StoreError if it was never added.

        After a long silence that is an event: whoever shows the silence hears that it is over.
        """
        known = self.get(account).read_at
        now = self._clock.now()
        if known is not None and now - known < _READ_EVERY:
            return
        with self._database.write() as session:
            locked(session, account).read_at = now
            if known is None or now - known >= SILENCE:
                self._tell(session, "mailbox.read", None, account=account)

    def set_watch(self, account: AccountId, expires_at: datetime | None) -> None:
        """Note until when Gmail pushes the mailbox's changes; raises StoreError if never added."""
        with self._database.write() as session:
            locked(session, account).watch_expires_at = expires_at

    def token(self, account: AccountId) -> str | None:
        """Return the mailbox's grant, None if there is none; raises StoreError, SealBroken."""
        with self._database.read() as session:
            row = _existing(session, account)
            return None if row.token is None else row.read(self._vault, "token")

    def _become(self, session: Session, row: AccountsTable, state: AccountState) -> None:
        if row.state != state:
            row.state = state
            self._tell(session, "account.state", None, account=row.id, state=state)


def locked(session: Session, account: AccountId) -> AccountsTable:
    """Return the account's row, which nobody else changes meanwhile; raises StoreError."""
    query = select(AccountsTable).where(col(AccountsTable.id) == account)
    row = session.exec(query.with_for_update(key_share=True)).first()
    if row is None:
        raise missing("account", account)
    return row


def forward(row: AccountsTable, cursor: str) -> None:
    """Move a locked account's cursor unless that leads back; raises StoreError if no number.

    History ids are unsigned 64-bit numbers (Gmail API, users.history): as texts, 9 would follow 10.
    """
    if not (cursor.isascii() and cursor.isdigit()):
        raise StoreError(f"The history cursor of {row.id} is not a number.", fix="Resynchronise.")
    if row.cursor is None or int(cursor) > int(row.cursor):
        row.cursor = cursor


def _existing(session: Session, account: AccountId) -> AccountsTable:
    row = session.get(AccountsTable, account)
    if row is None:
        raise missing("account", account)
    return row


def _row(row: AccountsTable) -> AccountRow:
    units = ("units_minute", "units_limit", "units_peak", "units_today", "units_at")
    told = row.model_dump(exclude={"id", "token", "scopes", *units})
    scopes = tuple((row.scopes or "").split())
    quota = None
    if row.units_at is not None:
        known = {name.removeprefix("units_"): getattr(row, name) for name in units}
        quota = QuotaUse.model_validate(known)
    return AccountRow.model_validate({**told, "account": row.id, "scopes": scopes, "quota": quota})
