"""One engine for one database, and units of work on it: everything of one happens, or nothing.

SQLite runs in WAL with synchronous=FULL, for a commit must survive a power cut before the mailbox
cursor moves. Writers begin with BEGIN IMMEDIATE, so none finds the file locked halfway.
"""

import os
import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import stamina
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError
from sqlmodel import Session

from sampark.errors import StoreError
from sampark.storage import faults, inserts
from sampark.storage.tables.base import TableRow

_PRAGMAS = (
    "PRAGMA busy_timeout=30000",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)
_CONNECT_SECONDS = 10
_POOL = 8
_POOL_OVERFLOW = 56
_TURN = 7_305_281  # an arbitrary number: this application's advisory lock in Postgres


class Database:
    """A database that answers. Thread-safe: every unit of work has a session of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.where = faults.place(engine.url)
        self.postgres = engine.dialect.name == "postgresql"
        self._backend: inserts.Backend = "postgresql" if self.postgres else "sqlite"
        self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")
        # SQLite's own waiting polls; a lock hands over at once among this process's threads
        self._turn = nullcontext() if self.postgres else threading.Lock()

    @classmethod
    def open(cls, url: str) -> "Database":
        """Return the database at that URL, connected once to see that it answers.

        Args:
            url: `sqlite:////absolute/path` or `postgresql://user:password@host/name`.

        Raises:
            StoreError: The URL cannot be read, or the database cannot be used.
        """
        parsed = parse_url(url)
        database = cls(_sqlite(parsed) if parsed.drivername == "sqlite" else _postgres(parsed))
        try:
            with database.read() as session:
                database.check(session.connection())
        except StoreError:
            database.close()
            raise
        return database

    def check(self, connection: Connection) -> None:
        """Look through an SQLite file for damage; raises StoreError if there is any."""
        if self.postgres:
            return
        verdict = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if verdict != "ok":
            raise StoreError(
                f"The database {self.where} is damaged: {verdict}.",
                fix="Restore it from a backup.",
            )

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Generator[Session]:
        """Open a unit of work that changes nothing."""
        with self._told(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Generator[Session]:
        """Open a unit of work that is committed at the end of the block, or undone if it raises."""
        with (
            self._told(),
            self._turn,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def add(self, session: Session, row: TableRow) -> bool:
        """Insert a row unless one of its identity exists. Returns whether it was inserted."""
        given = {name: value for name, value in row if value is not None}
        insert = inserts.unless_there(row.table(), self._backend)
        return session.connection().execute(insert, given).rowcount == 1

    def put(self, session: Session, row: TableRow) -> None:
        """Insert a row, or write it over the one with its primary key."""
        self.put_all(session, [row])

    def put_all(self, session: Session, rows: Sequence[TableRow]) -> None:
        """Insert rows of one table in their order, each or over the one with its primary key."""
        over = inserts.over(rows[0].table(), self._backend)
        session.connection().execute(over, [dict(row) for row in rows])

    def take_turn(self, session: Session) -> None:
        """Wait for the other units of work that took their turn, in every process, to end.

        Events are numbered before their commit: without turns a reader of the newest could pass
        over a slower writer's for ever. SQLite has one writer at a time anyway.
        """
        if self.postgres:
            session.connection().execute(text(f"SELECT pg_advisory_xact_lock({_TURN})"))

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except DBAPIError as error:
            raise faults.refused(error, self.where) from error
        except StatementError as error:  # a column type refused the value before the driver saw it
            raise error.orig or error from None


def present(url: str) -> bool:
    """Return whether there is a database to look into: an SQLite file that is not empty.

    A Postgres database is always there, or else opening it says why not.
    """
    parsed = parse_url(url)
    path = Path(parsed.database or "")
    return parsed.drivername != "sqlite" or (path.is_file() and path.stat().st_size > 0)


def parse_url(url: str) -> URL:
    """Return the parsed URL with the driver that is used here; raises StoreError."""
    scheme = url.partition(":")[0]
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            f"The database URL ({scheme}:...) cannot be read.",
            fix="Write it as sqlite:////path/sampark.db or postgresql://user:password@host/name.",
        ) from error
    match parsed.drivername.partition("+")[0]:
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite")
        case "sqlite":
            raise StoreError(
                "The database URL names no file.", fix="Write sqlite:////path/name.db."
            )
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise StoreError(f"There is no store on {other}.", fix="Use sqlite or postgresql.")


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    _touch(path)
    engine = create_engine(url, hide_parameters=True, pool_size=_POOL, max_overflow=_POOL_OVERFLOW)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _touch(path: Path) -> None:
    """Make the file before SQLite does, readable by its owner only."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be used: {error.strerror}.",
            fix="Check that the folder exists and is writable.",
        ) from error


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the begin event below opens transactions, not the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    _to_wal(connection)


def _to_wal(connection: sqlite3.Connection) -> None:
    """Let the file keep a write-ahead log from now on.

    Of several that open a new file at one moment, all but one are told that it is locked: here
    SQLite does not wait, whatever its timeout.
    """
    for attempt in stamina.retry_context(
        on=_is_busy, attempts=100, timeout=_CONNECT_SECONDS, wait_initial=0.01, wait_max=0.2
    ):
        with attempt:
            connection.execute("PRAGMA journal_mode=WAL")


def _is_busy(error: Exception) -> bool:
    code = error.sqlite_errorcode if isinstance(error, sqlite3.OperationalError) else 0
    return code & 0xFF == sqlite3.SQLITE_BUSY


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _postgres(url: URL) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=_POOL,
        max_overflow=_POOL_OVERFLOW,
        connect_args={}
        if "connect_timeout" in url.query
        else {"connect_timeout": _CONNECT_SECONDS},
    )
