"""The connected mailboxes: their state, their grants, and how far their history was read."""

from sqlmodel import Session, col, select

from sampark.domain.base import AccountId
from sampark.errors import StoreError
from sampark.storage.repository import Repository, missing
from sampark.storage.rows import AccountRow, AccountState
from sampark.storage.tables.accounts import AccountsTable


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
        """Note whether the mailbox can be reached; raises StoreError if it was never added."""
        with self._database.write() as session:
            row = locked(session, account)
            if row.state != state:
                row.state = state
                self._tell(session, "account.state", None, account=account, state=state)

    def save_token(self, account: AccountId, json: str) -> None:
        """Keep the mailbox's grant, sealed; raises StoreError if it was never added."""
        with self._database.write() as session:
            locked(session, account).seal(self._vault, token=json)

    def token(self, account: AccountId) -> str | None:
        """Return the mailbox's grant, None if there is none; raises StoreError, SealBroken."""
        with self._database.read() as session:
            row = _existing(session, account)
            return None if row.token is None else row.read(self._vault, "token")


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
    return AccountRow.model_validate(
        {"account": row.id, "state": row.state, "cursor": row.cursor, "added_at": row.added_at}
    )
