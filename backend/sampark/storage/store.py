"""The store: every repository over one database, opened with the key that it was made with."""

from sqlmodel import Session, select

from sampark.domain.ports import Clock, SystemClock
from sampark.errors import KeyFileError, SealBroken
from sampark.storage import migrate
from sampark.storage.accounts import Accounts
from sampark.storage.blobs import Blobs
from sampark.storage.calls import Calls
from sampark.storage.database import Database, present
from sampark.storage.effects import Effects
from sampark.storage.events import Events
from sampark.storage.mails import Mails
from sampark.storage.outbox import OutboxRows
from sampark.storage.runs import Runs
from sampark.storage.tables.ledgers import KeysTable
from sampark.storage.tasks import Tasks
from sampark.storage.troubles import Troubles
from sampark.storage.users import Users
from sampark.storage.vault import Vault
from sampark.storage.waits import Waits

_PROOF = b"sampark"


class Store:
    """Everything that survives a crash. Thread-safe; every call is one unit of work."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        parts = (database, vault, clock)
        self.accounts = Accounts(*parts)
        self.mails = Mails(*parts)
        self.tasks = Tasks(*parts)
        self.runs = Runs(*parts)
        self.blobs = Blobs(*parts)
        self.outbox = OutboxRows(*parts)
        self.effects = Effects(*parts)
        self.calls = Calls(*parts)
        self.users = Users(*parts)
        self.events = Events(*parts)
        self.waits = Waits(*parts)
        self.troubles = Troubles(*parts)

    @staticmethod
    def exists(url: str) -> bool:
        """Return whether a store is there already, so that its key must not be made anew.

        Raises:
            StoreError: The URL cannot be read, or the database cannot be used.
        """
        if not present(url):
            return False
        database = Database.open(url)
        try:
            with database.read() as session:
                return migrate.is_store(session.connection())
        finally:
            database.close()

    @classmethod
    def open(cls, url: str, *, vault: Vault, clock: Clock | None = None) -> "Store":
        """Return the store at that URL, brought to this release's schema.

        Args:
            url: `sqlite:////absolute/path.db` or `postgresql://user:password@host/name`.
            vault: Holds the key. A new store takes it as its own for good.
            clock: The source of the times that the store notes itself; the machine's by default.

        Raises:
            StoreError: The database cannot be reached, is damaged, or was made by a newer release.
            KeyFileError: The store was made with another key.
        """
        database = Database.open(url)
        try:
            with database.write() as session:
                database.take_turn(session)
                migrate.upgrade(session.connection(), database.where)
                _check_key(session, database, vault)
        except BaseException:
            database.close()
            raise
        return cls(database, vault, clock or SystemClock())

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def _check_key(session: Session, database: Database, vault: Vault) -> None:
    """Take the vault's key for a new store, or prove that it is this store's own."""
    made_with = session.exec(select(KeysTable.key_id)).all()
    if not made_with:
        row = KeysTable(key_id=vault.key_id, proof=b"")
        row.seal(vault, proof=_PROOF)
        database.add(session, row)
        return
    row = session.get(KeysTable, vault.key_id)
    try:
        if row is not None and row.unseal(vault, "proof") == _PROOF:
            return
    except SealBroken as error:
        raise _other_key(database, vault) from error
    raise _other_key(database, vault)


def _other_key(database: Database, vault: Vault) -> KeyFileError:
    return KeyFileError(
        f"The key file {vault.path} is not the one that {database.where} was made with.",
        fix="Put the store's own key file back, or name another database.",
    )
