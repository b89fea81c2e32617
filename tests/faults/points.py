"""Every point at which a process can die: before and after each call that leaves a trace.

The points are found by watching, from outside: the store's and the mailbox's calls through proxies
around the two objects that the system is given, the engine's checkpoints through SQLAlchemy's own
events. Nothing of the product is replaced.
"""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from sampark.storage.repository import Repository
from sampark.wiring import System

WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Point:
    """Before or after the `number`-th watched call; numbers count from 1."""

    number: int
    after: bool

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'}:{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Point":
        when, _, number = text.partition(":")
        return cls(number=int(number), after=when == "after")


class Points:
    """Counts watched calls from `arm` on; kills this process at the point it was armed with."""

    def __init__(self, log: Path) -> None:
        self.names: list[str] = []
        self._log = log
        self._armed = False
        self._target: Point | None = None
        self._lock = threading.Lock()

    def arm(self, target: Point | None) -> None:
        self.names.clear()
        self._target, self._armed = target, True

    def disarm(self) -> None:
        self._armed = False

    def enter(self, name: str) -> int:
        """Count a call that begins; return its number, 0 while unarmed."""
        if not self._armed:
            return 0
        with self._lock:
            self.names.append(name)
            number = len(self.names)
        self._die_at(Point(number, after=False), name)
        return number

    def leave(self, number: int, name: str) -> None:
        """Note that a counted call ended."""
        if number and self._armed:
            self._die_at(Point(number, after=True), name)

    def _die_at(self, point: Point, name: str) -> None:
        if point == self._target:
            self._log.write_text(f"{point} {name}", encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """Stands before an object and counts the calls of its public methods."""

    def __init__(self, target: object, name: str, points: Points) -> None:
        self._watched = target
        self._name = name
        self._points = points

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._watched, attribute)
        name = f"{self._name}.{attribute}"
        if isinstance(found, Repository):
            return Watched(found, name, self._points)
        return self._counted(found, name) if callable(found) else found

    def _counted(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(call)
        def counted(*args: object, **kwargs: object) -> Any:
            number = self._points.enter(name)
            result = call(*args, **kwargs)
            self._points.leave(number, name)
            return result

        return counted


def watch(system: System, points: Points) -> None:
    """Put proxies around the store and the mailboxes that the system works with."""
    here = system.services
    system.services = replace(
        here,
        store=Watched(here.store, "store", points),
        mailboxes={
            account: Watched(gmail, "gmail", points) for account, gmail in here.mailboxes.items()
        },
    )


def watch_checkpoints(points: Points, database: Path) -> None:
    """Count every transaction that writes to the durable engine's file, around its commit."""

    def mine(connection: sa.Connection) -> bool:
        return connection.engine.url.database == str(database)

    def on_statement(
        connection: sa.Connection, _cursor: object, statement: str, *_rest: object
    ) -> None:
        if mine(connection) and statement.startswith(WRITES):
            connection.info["wrote"] = statement.split('"')[0].split("(")[0].strip()

    def on_commit(connection: sa.Connection) -> None:
        if mine(connection) and (wrote := connection.info.pop("wrote", "")):
            name = f"engine.{' '.join(wrote.split()[:3])}"
            connection.info["committed"] = (points.enter(name), name)

    def on_checkin(_connection: object, record: Any) -> None:
        number, name = record.info.pop("committed", (0, ""))
        points.leave(number, name)

    event.listen(sa.Engine, "before_cursor_execute", on_statement)
    event.listen(sa.Engine, "commit", on_commit)
    event.listen(sa.pool.Pool, "checkin", on_checkin)
