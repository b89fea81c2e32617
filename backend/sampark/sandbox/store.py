"""The sandbox's state: one SQLite file, one connection, one lock; every request one transaction."""

import secrets
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sampark.errors import SamparkError
from sampark.sandbox.headers import is_address
from sampark.sandbox.schema import MAIL_TABLES, TABLES

Now = Callable[[], datetime]

_FIRST_HISTORY_ID = 99_500
_FIRST_GMAIL_ID = 0x19A0_0000_0000_0000
_GMAIL_ID_STRIDE = 0x9E37_79B1


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Mailbox:
    """One account inside an open transaction: what every rule of the sandbox works on."""

    db: sqlite3.Connection
    account: str
    now: datetime
    rewrite_message_ids: bool

    def beside(self, account: str) -> "Mailbox":
        """Return another account's mailbox in the same transaction."""
        return replace(self, account=account)

    def next_number(self, name: str) -> int:
        """Return the next value of a counter that survives restarts and resets: 1, 2, 3, ..."""
        sql = (
            "INSERT INTO counters VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        )
        return int(self.db.execute(sql, (name,)).fetchone()[0])

    def next_gmail_id(self) -> str:
        """Return a message id: 16 hex digits, increasing, unique in the whole sandbox."""
        return f"{_FIRST_GMAIL_ID + self.next_number('gmail') * _GMAIL_ID_STRIDE:016x}"

    def next_history_id(self) -> int:
        """Move the mailbox's history id on, by a varying gap as Gmail's does, and return it."""
        sql = (
            "UPDATE accounts SET history_id = history_id + 1 + (history_id * 31) % 37 "
            "WHERE email = ? RETURNING history_id"
        )
        return int(self.db.execute(sql, (self.account,)).fetchone()[0])

    def history_id(self) -> int:
        """Return the mailbox's present history id."""
        sql = "SELECT history_id FROM accounts WHERE email = ?"
        return int(self.db.execute(sql, (self.account,)).fetchone()[0])


class Store:
    """Opens the file, makes its tables, and hands out mailboxes one transaction at a time."""

    def __init__(self, path: Path, *, rewrite_message_ids: bool = True, now: Now = utc_now) -> None:
        """Open or create the file (in a folder: `sandbox.sqlite3`).

        Raises:
            SamparkError: the file is not a sandbox's, or cannot be written.
        """
        self.closing = threading.Event()
        """Set when the store closes, for whoever works on it unasked."""
        self._lock = threading.RLock()
        self._now = now
        self._rewrite = rewrite_message_ids
        self._db = _open(path / "sandbox.sqlite3" if path.is_dir() else path)
        self._accounts_by_token: dict[str, str] = {
            token: email for email, token in self._db.execute("SELECT email, token FROM accounts")
        }

    def now(self) -> datetime:
        """Return the present moment by the sandbox's clock."""
        return self._now()

    def close(self) -> None:
        """Close the file; everything is already on disk."""
        self.closing.set()
        with self._lock:
            self._db.close()

    @contextmanager
    def mailbox(self, account: str) -> Generator[Mailbox]:
        """Yield the account's mailbox; commits at the end, or rolls everything back on an error."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield Mailbox(self._db, account, self._now(), self._rewrite)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def account_of(self, token: str) -> str | None:
        """Return the account a bearer token belongs to."""
        return self._accounts_by_token.get(token)

    def account(self, email: str) -> str:
        """Return the account's bearer token, creating the account when it is new.

        Raises:
            SamparkError: `email` is not one plain address.
        """
        address = email.strip().lower()
        if not is_address(address):
            raise SamparkError(
                f"{email!r} is no mail address.", fix="Give one like ann@example.com."
            )
        with self.mailbox(address) as box:
            found = box.db.execute(
                "SELECT token FROM accounts WHERE email = ?", (address,)
            ).fetchone()
            token = found[0] if found else _create(box)
        self._accounts_by_token[token] = address
        return token

    def accounts(self) -> list[str]:
        """Return every account, oldest first."""
        with self._lock:
            return [row[0] for row in self._db.execute("SELECT email FROM accounts ORDER BY rowid")]

    def reset(self) -> None:
        """Forget all mail, labels, drafts and history; accounts, tokens and aliases stay."""
        with self.mailbox("") as box:
            for table in MAIL_TABLES:
                box.db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are our own
            box.db.execute(
                "UPDATE accounts SET history_id = history_id + 1, history_floor = history_id + 1, "
                "watch_topic = '', watch_labels = '[]', watch_expires = 0"
            )


def _create(box: Mailbox) -> str:
    token = f"ya29.sandbox-{secrets.token_urlsafe(24)}"
    sql = "INSERT INTO accounts (email, token, history_id, history_floor) VALUES (?, ?, ?, ?)"
    first = _FIRST_HISTORY_ID + 1000 * box.next_number("accounts")
    box.db.execute(sql, (box.account, token, first, first))
    return token


def _open(path: Path) -> sqlite3.Connection:
    """Return a connection; autocommit mode, so that transactions stand where we write them."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(
            mode=0o600
        )  # mail lies in it as it is; SQLite gives its side files the same mode
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise SamparkError(
            f"The sandbox's file {path} cannot be opened: {error}.", fix="Name a writable place."
        ) from error
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(TABLES)
    except sqlite3.Error as error:
        db.close()
        raise SamparkError(
            f"The file {path} is not a sandbox's: {error}.", fix="Name another file, or remove it."
        ) from error
    return db
