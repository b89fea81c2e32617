"""Mails that lie there when the system begins to listen: how soon all of them are durable.

Intake does not wait for handling: what was taken in is on disk, however long its answer takes.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from sampark.sandbox import post
from sampark.sandbox.store import Store

from .latency import event
from .stage import ACCOUNT, LIMIT, Process, stage, system

HANDLED = 100
"""Mails that are waited for after the last one is durable, to look for tasks that came twice."""

_AT_ONCE = 500
_LOOK = 0.25


@dataclass(frozen=True)
class Flood:
    """Seconds from the first look to the last mail on disk. Memory in MB, at its highest.

    `lost` and `twice` are numbers of mails, `tasks_twice` of mails that more than one task was made
    of. `handled` is how many had an outcome when the last one was on disk.
    """

    mails: int
    seconds: float
    handled: int
    memory: float
    lost: int
    twice: int
    tasks_twice: int


def measure(mails: int) -> Flood:
    """Deliver so many mails, then let the system listen."""
    with stage() as on, system(on, held=True) as running:
        delivered = fill(on.mailbox, (event(number) for number in range(mails)))
        began = time.monotonic()
        running.go()
        _until(lambda: _count(running, "mails") >= mails)
        seconds, handled = time.monotonic() - began, _count(running, _HANDLED)
        _until(lambda: _count(running, _HANDLED) >= min(mails, HANDLED))
        _, memory = running.memory()
        stored = _column(running, "select gmail_id from mails")
        asked = _column(running, "select gmail_id from tasks")
    flood = Flood(
        mails=mails,
        seconds=seconds,
        handled=handled,
        memory=memory,
        lost=len(set(delivered) - set(stored)),
        twice=len(stored) - len(set(stored)),
        tasks_twice=len(asked) - len(set(asked)),
    )
    assert (flood.lost, flood.twice, flood.tasks_twice) == (0, 0, 0), flood
    assert asked
    return flood


def fill(mailbox: Path, mails: Iterable[EmailMessage]) -> list[str]:
    """Put mails from outside into the account's mailbox, past HTTP; return their ids."""
    raws = [mail.as_bytes() for mail in mails]
    ids: list[str] = []
    with closing(Store(mailbox)) as store:
        for start in range(0, len(raws), _AT_ONCE):
            with store.mailbox(ACCOUNT) as box:
                some = raws[start : start + _AT_ONCE]
                ids += [post.receive(box, raw, dmarc="pass", mail_from=None).id for raw in some]
    return ids


_HANDLED = "mails where outcome is not null"


def _count(running: Process, what: str) -> int:
    return int(_column(running, f"select count(*) from {what}")[0])


def _column(running: Process, query: str) -> list[str]:
    """Look into the system's store from outside: who asks it would take part in the race."""
    path = f"file:{running.home / 'sampark.db'}?mode=ro"
    with closing(sqlite3.connect(path, uri=True, timeout=30)) as store:
        return [row[0] for row in store.execute(query)]


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not done():
        assert time.monotonic() < deadline, "the mails were not taken in"
        time.sleep(_LOOK)
