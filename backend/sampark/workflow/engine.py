"""The durable engine on an event loop and a thread of its own.

A loop apart keeps a busy plan from delaying the dashboard, and lets the same code run under a
server, a test and a notebook. One process works on one SQLite file, guarded by a file lock: two
would recover each other's live work.
"""

import asyncio
import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig
from dbos._serialization import DBOSDefaultSerializer, DBOSPortableJSON, Serializer
from sqlalchemy import ExceptionContext, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from sampark.errors import SealBroken, StoreError
from sampark.storage import faults
from sampark.storage.database import parse_url

T = TypeVar("T")

APPLICATION_VERSION = "2"
"""The order of the steps of our workflows. Whoever changes that order raises it (`upgrade`): derived
from the sources, every edit would begin all open work anew."""

PASSING = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
}
"""What SQLite says of a disk that is full or away: https://sqlite.org/rescode.html"""


class Engine:
    """DBOS, launched on its own loop. `url` is a SQLAlchemy URL, SQLite or Postgres."""

    def __init__(self, url: str, *, serializer: Serializer, executor: str = "main") -> None:
        self._url = url
        self._serializer = serializer
        self._executor = executor
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name="sampark-engine", daemon=True)
        self._lock: TextIOWrapper | None = None
        self._database: sa.Engine | None = None

    def start(self) -> None:
        """Launch and recover open work.

        Raises:
            StoreError: Another process holds the file, or the database cannot be used.
        """
        try:
            self._lock = _lock_file(self._url)
            self._thread.start()
            self.call(self._launch())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop at the last checkpoint: work under way is taken up again at the next start."""
        if self._loop.is_closed():
            return
        if self._thread.is_alive():
            self.call(self._cancel_all())
            DBOS.destroy()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
        self._loop.close()
        if self._database is not None:
            self._database.dispose()
        if self._lock is not None:
            self._lock.close()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the engine's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, T], *, timeout: float = 60) -> T:
        """Run a coroutine on the engine's loop and wait for it, `timeout` seconds at most."""
        return self.submit(work).result(timeout=timeout)

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _launch(self) -> None:
        config: DBOSConfig = {
            "name": "sampark",
            "system_database_url": self._url,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._executor,
            "serializer": self._serializer,
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": 0.1,
            "scheduler_polling_interval_sec": 5,
        }
        if self._url.startswith("sqlite"):
            self._database = _sqlite(self._url)
            config["system_database_engine"] = self._database
        # A row may claim to be plain pickle or JSON, and DBOS would then believe it as it is.
        DBOSDefaultSerializer.deserialize = self._serializer.deserialize
        DBOSPortableJSON.deserialize = _number
        # Its own handler holds the standard error of the moment when it was imported.
        logging.getLogger("dbos").handlers.clear()
        try:
            _check(self._database)
            DBOS(config=config)
            DBOS.launch()
            if self._database is not None:
                event.listen(self._database, "handle_error", _hold_up)
        except DBAPIError as error:
            raise faults.refused(error, faults.place(sa.make_url(self._url))) from error

    async def _cancel_all(self) -> None:
        mine = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not mine]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=10) if tasks else None


def _number(serialized_data: str) -> float:
    """Read the one thing that DBOS keeps as open JSON, when a wait ends; raises SealBroken."""
    try:
        return float(serialized_data)
    except ValueError as error:
        raise SealBroken(
            "A value of the durable engine is not sealed.",
            fix="Restore the engine's database from a backup.",
        ) from error


def _sqlite(url: str) -> sa.Engine:
    """The engine's own file: WAL and NORMAL make a step 2.7 times cheaper than the default.

    NORMAL may lose the last commits on power loss: the step is then repeated, as after a crash.
    """
    engine = sa.create_engine(url, hide_parameters=True)

    def on_connect(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", on_connect)
    return engine


def _hold_up(failed: ExceptionContext) -> OperationalError | None:
    """Let DBOS wait for a full disk as it waits for a locked file: it goes by these words alone."""
    code = getattr(failed.original_exception, "sqlite_errorcode", 0) & 0xFF
    if code not in PASSING:
        return None
    told = sqlite3.OperationalError(f"database is locked, or {failed.original_exception}")
    return OperationalError(failed.statement or "", None, told)


def _check(database: sa.Engine | None) -> None:
    """Look through the engine's own SQLite file for damage; raises StoreError if there is any."""
    if database is None:
        return
    with database.connect() as connection:
        verdict = connection.execute(sa.text("PRAGMA quick_check(1)")).scalar()
    if verdict != "ok":
        raise StoreError(
            f"The database {database.url.database} is damaged: {verdict}.",
            fix="Restore it from a backup, together with the one beside it.",
        )


def _lock_file(url: str) -> TextIOWrapper | None:
    """Hold the lock beside a SQLite file for as long as the engine runs."""
    path = parse_url(url).database
    if not url.startswith("sqlite") or path is None:
        return None
    try:
        # Both hold ids and names of mails: made here, readable by their owner only.
        for name in (path, f"{path}.lock"):
            os.close(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
        lock = Path(f"{path}.lock").open("w", encoding="utf-8")  # noqa: SIM115 - held while it runs
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be used: {error.strerror}.",
            fix="Check that the folder exists and is writable.",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise StoreError(
            f"another Sampark works on {path}.", fix="Stop it, or give this one its own --home."
        ) from error
    return lock
