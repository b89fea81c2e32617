"""Who may sign in: users in the store, server-side sessions, links that work once.

Passwords are argon2id with the library's recommended cost (about half a second each), so that at
most two are checked at once, and five tries in fifteen minutes are allowed per name and address.
"""

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from pwdlib import PasswordHash

from sampark.desk.views import Person
from sampark.domain.ports import Clock, SystemClock
from sampark.errors import SettingsError
from sampark.storage.rows import UserRow
from sampark.storage.store import Store
from sampark.storage.vault import Vault

TRIES = 5
WINDOW = timedelta(minutes=15)
SHORTEST = 10
LONGEST = 200
"""Characters of a password, and of a name that is tried."""


class TooManyTries(SettingsError):
    """The name and address have used up their tries for now."""


class People:
    """Signs people in and out. Thread-safe.

    Args:
        store: Where users and sessions are kept.
        clock: Ends sessions and links.
        hasher: How passwords are hashed; argon2id at the recommended cost by default.
    """

    def __init__(self, store: Store, clock: Clock, *, hasher: PasswordHash | None = None) -> None:
        self._store = store
        self._clock = clock
        self._hash = hasher or PasswordHash.recommended()
        self._checking = threading.Semaphore(2)
        self._counting = threading.Lock()
        self._tries: dict[tuple[str, str], deque[datetime]] = {}
        self._nobody: str | None = None

    def add(self, name: str, password: str, role: str) -> None:
        """Add a user; raises SettingsError for a name that is taken or a short password."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise SettingsError(
                f"the password has {len(password)} characters.",
                fix=f"Use {SHORTEST} to {LONGEST}.",
            )
        if self._store.users.get(name) is not None:
            raise SettingsError(f"the user {name} exists already.", fix="Choose another name.")
        self._store.users.add(name, self._hash.hash(password), role)

    def everyone(self) -> list[Person]:
        """Return all users."""
        return [_person(row) for row in self._store.users.all()]

    def sign_in(self, name: str, password: str, *, address: str) -> str | None:
        """Return a new session id, or None for a wrong name or password.

        Raises:
            TooManyTries: after five tries in fifteen minutes from that address for that name.
        """
        self._count(name, address)
        row = self._store.users.get(name)
        with self._checking:
            nobody = self._dummy()
            right = self._hash.verify(password, row.password_hash if row else nobody)
        if row is None or not right:
            return None
        with self._counting:
            self._tries.pop((name[:LONGEST], address), None)
        return self._store.users.new_session(name, self._clock.now())

    def link(self, name: str, *, minutes: float = 15) -> str:
        """Return the token of a sign-in link that works once."""
        if self._store.users.get(name) is None:
            raise SettingsError(f"there is no user {name}.", fix=f"sampark users add {name}")
        return self._store.users.new_link(name, self._clock.now(), minutes)

    def use_link(self, token: str) -> str | None:
        """Return a new session id for an unused link, else None."""
        name = self._store.users.use_link(token, self._clock.now())
        return None if name is None else self._store.users.new_session(name, self._clock.now())

    def of_session(self, sid: str | None) -> Person | None:
        """Return who the session belongs to, None when there is none or it has ended."""
        row = self._store.users.session_user(sid, self._clock.now()) if sid else None
        return None if row is None else _person(row)

    def sign_out(self, sid: str) -> None:
        """End a session."""
        self._store.users.end_session(sid)

    def _count(self, name: str, address: str) -> None:
        now = self._clock.now()
        with self._counting:
            self._forget(now - WINDOW)
            tries = self._tries.setdefault((name[:LONGEST], address), deque(maxlen=TRIES))
            if len(tries) == TRIES:
                raise TooManyTries("There were too many tries.", fix="Wait fifteen minutes.")
            tries.append(now)

    def _forget(self, before: datetime) -> None:
        """Drop what is too old, of every name: names are free to invent, memory is not."""
        for key, tries in list(self._tries.items()):
            while tries and tries[0] <= before:
                tries.popleft()
            if not tries:
                del self._tries[key]

    def _dummy(self) -> str:
        """A hash to check against for an unknown name, so that both take the same time."""
        if self._nobody is None:
            self._nobody = self._hash.hash("nobody has this password")
        return self._nobody


@contextmanager
def opened(url: str, *, key: Path) -> Generator[People]:
    """Open the people of the store at that URL, for a command that needs nothing else of it.

    The key file is made where there is no store yet.
    """
    with _store(url, key) as store:
        yield People(store, SystemClock())


@contextmanager
def _store(url: str, key: Path) -> Generator[Store]:
    vault = Vault.open(key, create=not Store.exists(url))
    store = Store.open(url, vault=vault)
    try:
        yield store
    finally:
        store.close()


def _person(row: UserRow) -> Person:
    return Person(name=row.name, role=row.role)
