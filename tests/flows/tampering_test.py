"""A row that somebody changed stops its own task, and nothing else."""

import sqlite3
import time
from datetime import timedelta

from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock
from sampark.world import World


def _states(home):
    with sqlite3.connect(home / "sampark.db") as database:
        return dict(database.execute("SELECT id, status FROM tasks ORDER BY seq"))


def test_a_task_whose_body_was_swapped_fails_and_the_other_goes_on(tmp_path):
    clock = ManualClock()
    with World(tmp_path, clock=clock) as world:
        for hours in (3, 4):
            world.deliver(mail(f"Remind me in {hours} hours to call.", subject=f"In {hours}"))
            world.settle()
    swapped, kept = _states(tmp_path)
    with sqlite3.connect(tmp_path / "sampark.db") as database:
        database.execute(
            "UPDATE tasks SET body = (SELECT body FROM tasks WHERE id = ?) WHERE id = ?",
            (kept, swapped),
        )
    clock.advance(timedelta(days=1))
    with World(tmp_path, clock=clock) as world:
        limit = time.monotonic() + 30
        while _states(tmp_path)[swapped] != "failed" and time.monotonic() < limit:
            time.sleep(0.05)
        world.advance(timedelta(hours=1))
        world.settle()
        assert _states(tmp_path) == {swapped: "failed", kept: "done"}
        assert len(world.outbound["you@example.com"]) == 3
