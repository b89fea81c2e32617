"""The store fails at each of its calls once: the mail is held up and then answered, once."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from sampark.errors import StoreAway
from sampark.workflow.services import Services

from .points import WRITES, Watched
from .rig import rig

MAILS = 10  # among which the failures are shared out
Call = tuple[str, int]


class Trouble:
    """Counts the store's calls; those named in `fails` find the disk full. Stands for Points."""

    def __init__(self) -> None:
        self.seen: list[Call] = []
        self.fails: set[Call] = set()
        self._times: Counter[str] = Counter()

    def arm(self, *fails: Call) -> None:
        """Count from here on, and fail at these calls: a name, and how often it was called."""
        self.seen.clear()
        self._times.clear()
        self.fails = set(fails)

    def enter(self, name: str) -> int:
        """Count a call that begins; raises StoreAway if it is to fail."""
        self._times[name] += 1
        call = name, self._times[name]
        self.seen.append(call)
        if call in self.fails:
            self.fails.discard(call)
            raise StoreAway("The database cannot be used: disk is full.")
        return 0

    def leave(self, name: str, time: int) -> None:
        """Nothing happens afterwards."""


def test_a_store_that_fails_once_at_any_call_only_holds_the_mail_up(tmp_path):
    trouble = Trouble()

    def watched(services: Services) -> Services:
        return replace(services, store=Watched(services.store, "store", trouble))

    with rig(tmp_path, change=watched) as here:
        here.ask("first")
        here.wait_for("first")
        trouble.arm()
        here.ask("counted")
        here.wait_for("counted")
        polled = {call for call in trouble.seen if call[0] == "store.accounts.cursor"}
        calls = [call for call in trouble.seen if call not in polled] + [min(polled)]
        assert len(calls) > 30
        titles = [f"mail {number}" for number in range(MAILS)]
        for number, title in enumerate(titles):
            trouble.arm(*calls[number::MAILS])
            here.ask(title)
            here.wait_for(title)
            assert not trouble.fails, "not every call failed"
        assert here.answers() == sorted(["first", "counted", *titles])
        assert {row.status.value for row in here.system.store.tasks.rows(limit=1_000)} == {"done"}


@contextmanager
def failing_now_and_then(file: Path, *, chance: float) -> Iterator[list[str]]:
    """Let SQLite itself refuse some changes of a file; yields what it refused."""
    dice = random.Random(20270301)
    refused: list[str] = []

    def on_statement(
        connection: sa.Connection, cursor: sqlite3.Cursor, statement: str, *_rest: object
    ) -> None:
        if connection.engine.url.database != str(file):
            return
        fails = statement.startswith(WRITES) and dice.random() < chance
        if fails:
            refused.append(statement)
        cursor.execute(f"PRAGMA query_only={'ON' if fails else 'OFF'}")

    event.listen(sa.Engine, "before_cursor_execute", on_statement)
    try:
        yield refused
    finally:
        event.remove(sa.Engine, "before_cursor_execute", on_statement)


@pytest.mark.parametrize("file", ["sampark.db", "engine.db"])
def test_a_disk_that_fails_now_and_then_only_holds_mails_up(tmp_path, file):
    titles = [f"mail {number}" for number in range(6)]
    with rig(tmp_path) as here, failing_now_and_then(tmp_path / file, chance=0.06) as refused:
        here.ask(*titles)
        here.wait_for(*titles)
        assert refused
        assert here.answers() == titles
        assert {row.status.value for row in here.system.store.tasks.rows(limit=1_000)} == {"done"}
