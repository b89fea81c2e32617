"""Every point at which a process can die: before and after each call that leaves a trace.

The points are found by watching, from outside: the store's and the mailbox's calls through proxies
around the two objects that the system is given, the engine's checkpoints through SQLAlchemy's own
events. Nothing of the product is replaced.
"""

import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from sampark.storage.repository import Repository
from sampark.wiring import System

WRITES = ("INSERT", "UPDATE", "DELETE")
CHANGES = (*WRITES, "CREATE", "ALTER", "DROP")
TABLE = re.compile(r"(?:INTO|UPDATE|FROM) (?:main\.)?(\w+)")


@dataclass(frozen=True)
class Point:
    """Before or after the `time`-th call of that name; times count from 1."""

    name: str
    time: int
    after: bool

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} {self.name} {self.time}"

    @classmethod
    def parse(cls, text: str) -> "Point":
        when, _, rest = text.partition(" ")
        name, _, time = rest.rpartition(" ")
        return cls(name=name, time=int(time), after=when == "after")


class Points:
    """Counts watched calls from `arm` on; kills this process at the point it was armed with.

    That is a named point, or the `call`-th of all calls, whatever it is (0: none).
    """

    def __init__(self, log: Path) -> None:
        self.names: list[str] = []
        self._times: Counter[str] = Counter()
        self._log = log
        self._armed = False
        self._target: Point | None = None
        self._call = 0
        self._lock = threading.Lock()

    def arm(self, target: Point | None, *, call: int = 0) -> None:
        self.names.clear()
        self._times.clear()
        self._target, self._call, self._armed = target, call, True

    def disarm(self) -> None:
        self._armed = False

    def enter(self, name: str) -> int:
        """Count a call that begins; return how often it has, 0 while unarmed."""
        if not self._armed:
            return 0
        with self._lock:
            self.names.append(name)
            self._times[name] += 1
            time = self._times[name]
            number = len(self.names)
        self._die_at(Point(name, time, after=False), here=number == self._call)
        return time

    def leave(self, name: str, time: int) -> None:
        """Note that a counted call ended."""
        if time and self._armed:
            self._die_at(Point(name, time, after=True))

    def _die_at(self, point: Point, *, here: bool = False) -> None:
        if here or point == self._target:
            self._log.write_text(str(point), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)


def every_point(names: Sequence[str]) -> list[Point]:
    """Return the points before and after every call, in their order."""
    times: Counter[str] = Counter()
    points: list[Point] = []
    for name in names:
        times[name] += 1
        points += [Point(name, times[name], after) for after in (False, True)]
    return points


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
            time = self._points.enter(name)
            result = call(*args, **kwargs)
            self._points.leave(name, time)
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
            verb, table = statement.split(maxsplit=1)[0], TABLE.search(statement)
            connection.info["wrote"] = f"engine.{verb.lower()}.{table[1] if table else 'unknown'}"

    def on_commit(connection: sa.Connection) -> None:
        if mine(connection) and (name := connection.info.pop("wrote", "")):
            connection.info["committed"] = (name, points.enter(name))

    def on_checkin(_connection: object, record: Any) -> None:
        name, time = record.info.pop("committed", ("", 0))
        points.leave(name, time)

    event.listen(sa.Engine, "before_cursor_execute", on_statement)
    event.listen(sa.Engine, "commit", on_commit)
    event.listen(sa.pool.Pool, "checkin", on_checkin)


def watch_statements(points: Points, home: Path) -> None:
    """Count every statement that changes one of the two files, and every commit, from the first on.

    So that a process can die within a transaction, and while the tables are still being made.
    """
    files = {str(home / "sampark.db"): "store", str(home / "engine.db"): "engine"}

    def file(connection: sa.Connection) -> str:
        return files.get(connection.engine.url.database or "", "")

    def on_statement(
        connection: sa.Connection, _cursor: object, statement: str, *_rest: object
    ) -> None:
        if (name := file(connection)) and statement.lstrip().startswith(CHANGES):
            verb, table = statement.split(maxsplit=1)[0], TABLE.search(statement)
            points.enter(f"sql.{name}.{verb.lower()}{f'.{table[1]}' if table else ''}")

    def on_commit(connection: sa.Connection) -> None:
        if name := file(connection):
            points.enter(f"sql.{name}.commit")

    event.listen(sa.Engine, "before_cursor_execute", on_statement)
    event.listen(sa.Engine, "commit", on_commit)
