"""The durable engine on an event loop and a thread of its own.

A loop apart keeps a busy plan from delaying the dashboard, and lets the same code run under a
server, a test and a notebook. One process works on one SQLite file, guarded by a file lock: two
would recover each other's live work.
"""

import asyncio
import fcntl
import sqlite3
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig
from dbos._serialization import Serializer
from sqlalchemy.pool import ConnectionPoolEntry

from sampark.errors import StoreError

T = TypeVar("T")

# The version is pinned by hand: derived from the sources, every edit would strand open work.
APPLICATION_VERSION = "1"


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
        """Launch and recover open work; raises StoreError if another process holds the file."""
        self._lock = _lock_file(self._url)
        self._thread.start()
        self.call(self._launch())

    def stop(self) -> None:
        """Stop at the last checkpoint: work under way is taken up again at the next start."""
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
        DBOS(config=config)
        DBOS.launch()

    async def _cancel_all(self) -> None:
        mine = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not mine]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=10) if tasks else None


def _sqlite(url: str) -> sa.Engine:
    """The engine's own file: WAL and NORMAL make a step 2.7 times cheaper than the default.

    NORMAL may lose the last commits on power loss: the step is then repeated, as after a crash.
    """
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _lock_file(url: str) -> TextIOWrapper | None:
    """Hold the lock beside a SQLite file for as long as the engine runs."""
    path = sa.make_url(url).database
    if not url.startswith("sqlite") or path is None:
        return None
    lock = Path(f"{path}.lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise StoreError(
            f"another Sampark works on {path}.", fix="Stop it, or give this one its own --home."
        ) from error
    return lock
