"""Mail that history never told of is found by looking at the mailbox itself."""

from datetime import UTC, datetime, timedelta

import pytest

from sampark.domain.task import TaskStatus
from sampark.sandbox.server import Sandbox
from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock
from sampark.world import World


@pytest.fixture
def world(tmp_path):
    with World(tmp_path, clock=ManualClock(datetime.now(UTC))) as world:
        yield world


def _sweep(world):
    return world.system.engine.call(world.system.listener.sweep_once(world.account))


def _miss(world, subject):
    """Let a mail arrive, and the cursor pass by it."""
    world.deliver(mail("Remind me in 3 hours to go home.", subject=subject))
    _, newest = world.system.services.mailboxes[world.account].profile()
    world.system.store.accounts.move_cursor(world.account, newest)
    world.settle()


def test_a_mail_that_was_missed_is_found_and_answered_once(world):
    _miss(world, "Home")
    assert world.tasks == []
    world.advance(timedelta(minutes=1))
    assert _sweep(world) == 1
    world.settle()
    assert [world.status(task.id) for task in world.tasks] == [TaskStatus.RUNNING]
    assert _sweep(world) == 0
    world.settle()
    assert len(world.tasks) == 1
    told = [row.detail for row in world.system.store.events.since(0) if row.kind == "mailbox.swept"]
    assert [each["repaired"] for each in told] == [1, 0]


def test_mail_from_before_the_connection_is_left_alone(tmp_path):
    clock = ManualClock()
    before = clock.now() - timedelta(hours=1)
    with Sandbox(
        tmp_path / "sandbox.db", accounts=["sampark@example.com"], now=lambda: before
    ) as gmail:
        gmail.control.deliver(bytes(mail("Remind me in 3 hours.")), to="sampark@example.com")
    with World(tmp_path, clock=clock) as world:
        world.advance(timedelta(minutes=1))
        assert _sweep(world) == 0
        assert world.tasks == []
