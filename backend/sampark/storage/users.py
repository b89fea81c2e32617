"""Who may sign in, who is signed in, and sign-in links that work once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, or_, select, update

from sampark.errors import StoreError
from sampark.storage.repository import Repository, missing
from sampark.storage.rows import UserRow
from sampark.storage.tables.people import LinksTable, SessionsTable, UsersTable
from sampark.storage.vault import encode

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
_SEEN_EVERY: Final = timedelta(minutes=1)  # not every picture of a page is worth a commit
_SID_BYTES = 16
_TOKEN_BYTES = 32


class Users(Repository):
    """People. Session ids and link tokens are stored as SHA-256 only: a copy signs nobody in."""

    def add(self, name: str, password_hash: str, role: str) -> None:
        """Add a person; raises StoreError if the name is taken, empty or not printable."""
        if not (name and name.isprintable()):
            raise StoreError(f"The user name {name!r} cannot be used.", fix="Write plain letters.")
        sealed = self._vault.seal(
            encode(password_hash), about=UsersTable.cell("password_hash", name)
        )
        row = UsersTable(name=name, password_hash=sealed, role=role, created_at=self._clock.now())
        with self._database.write() as session:
            if not self._database.add(session, row):
                raise StoreError(f"There is a user {name} already.", fix="Choose another name.")

    def get(self, name: str) -> UserRow | None:
        """Return a person, None if there is none of that name; raises SealBroken."""
        if not name.isprintable():  # no database takes every string that a form may bring
            return None
        with self._database.read() as session:
            row = session.get(UsersTable, name)
            return None if row is None else self._row(row)

    def all(self) -> list[UserRow]:
        """Return everybody, by name."""
        with self._database.read() as session:
            rows = session.exec(select(UsersTable).order_by(col(UsersTable.name)))
            return [self._row(row) for row in rows]

    def new_session(self, name: str, now: datetime, hours: float = 12) -> str:
        """Sign a person in and return the new session's id (128 random bits).

        It ends after `hours`, 12 at most, or after 30 minutes without use.

        Raises:
            StoreError: There is no such user.
        """
        sid = secrets.token_urlsafe(_SID_BYTES)
        ends = now + min(timedelta(hours=hours), LONGEST)
        row = SessionsTable(sid_hash=_hashed(sid), name=name, expires_at=ends, seen_at=now)
        ended = or_(col(SessionsTable.expires_at) <= now, col(SessionsTable.seen_at) <= now - IDLE)
        with self._database.write() as session:
            _require(session, name)
            session.exec(delete(SessionsTable).where(ended))
            self._database.add(session, row)
        return sid

    def session_user(self, sid: str, now: datetime) -> UserRow | None:
        """Return who is signed in under that id, and count it as use; None if nobody is."""
        with self._database.read() as session:
            row = session.get(SessionsTable, _hashed(sid))
            if row is None or now >= row.expires_at or now >= row.seen_at + IDLE:
                return None
            user = self._row(session.get_one(UsersTable, row.name))
        if now >= row.seen_at + _SEEN_EVERY:
            self._seen(row, now)
        return user

    def end_session(self, sid: str) -> None:
        """Sign out; an unknown id is nothing to end."""
        with self._database.write() as session:
            gone = col(SessionsTable.sid_hash) == _hashed(sid)
            session.exec(delete(SessionsTable).where(gone))

    def new_link(self, name: str, now: datetime, minutes: float = 15) -> str:
        """Return a token that signs the person in, once, for so many minutes; raises StoreError."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        ends = now + timedelta(minutes=minutes)
        with self._database.write() as session:
            _require(session, name)
            session.exec(delete(LinksTable).where(col(LinksTable.expires_at) <= now))
            self._database.add(
                session, LinksTable(token_hash=_hashed(token), name=name, expires_at=ends)
            )
        return token

    def use_link(self, token: str, now: datetime) -> str | None:
        """Return whom the token signs in, once; None if it is unknown, used or too old."""
        key = _hashed(token)
        valid = (
            col(LinksTable.token_hash) == key,
            col(LinksTable.used_at).is_(None),
            col(LinksTable.expires_at) > now,
        )
        with self._database.write() as session:
            if session.exec(update(LinksTable).where(*valid).values(used_at=now)).rowcount != 1:
                return None
            return session.get_one(LinksTable, key).name

    def _seen(self, row: SessionsTable, now: datetime) -> None:
        here = col(SessionsTable.sid_hash) == row.sid_hash
        with self._database.write() as session:
            session.exec(update(SessionsTable).where(here).values(seen_at=now))

    def _row(self, row: UsersTable) -> UserRow:
        told = row.model_dump(include={"name", "role", "created_at"})
        return UserRow.model_validate(
            {**told, "password_hash": row.read(self._vault, "password_hash")}
        )


def _require(session: Session, name: str) -> None:
    if session.get(UsersTable, name) is None:
        raise missing("user", name)


def _hashed(secret: str) -> str:
    return hashlib.sha256(encode(secret)).hexdigest()
