"""Plans that a model wrote: whatever compiles runs, and what it delivers is in the answer."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample
from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock
from sampark.testing.scripted import scripted
from sampark.world import World

YOU = "you@example.com"
REQUEST = "Please see to the frobnication."
UNDERSTOOD = {"goal": "the frobnication", "deliverables": ["a result"], "language": "en"}


def step(key, tool, **args):
    return {"key": key, "title": f"Do {key}", "tool": tool, "args": args}


def ref(key, field):
    return {"step": key, "field": field}


@contextmanager
def worked(*steps, deliver, clock=None):
    """Return a world whose planner wrote these steps, at rest, and the letters that came of it."""
    plan = {"steps": list(steps), "deliverables": [ref(*name.split(".")) for name in deliver]}
    models = scripted({"understand": [UNDERSTOOD], "plan": [plan, plan]})
    with World(model_factory=models, clock=clock) as world:
        world.deliver(mail(REQUEST, files={"sales.csv": sample("sales.csv")}))
        world.settle()
        yield world, world.person(YOU).letters()


OPEN = step("open", "file.open", handle="att1")
READ = step("read", "table.read", file=ref("open", "file"))


def test_a_table_is_delivered_as_a_workbook():
    with worked(OPEN, READ, deliver=["read.table"]) as (world, (answer,)):
        assert list(answer.files) == ["sales.xlsx"]
        assert world.status(world.tasks[0].id) is TaskStatus.DONE


def test_a_file_that_is_delivered_twice_goes_along_once():
    with worked(OPEN, deliver=["open.file", "open.file"]) as (_, (answer,)):
        assert list(answer.files) == ["sales.csv"]


def test_words_and_moments_are_delivered_in_the_body():
    ask = step("ask", "table.ask", table=ref("read", "table"), measure="count")
    wait = step("wait", "time.wait", until="2026-01-05T09:00:00Z")
    deliver = ["ask.title", "wait.reached"]
    with worked(OPEN, READ, ask, wait, deliver=deliver) as (_, letters):
        assert "5 Jan 2026, 09:00" in letters[-1].text


@pytest.mark.parametrize("until", ["1767600000", "2026-01-05T08:00:00Z", ref("first", "reached")])
def test_any_moment_that_compiles_can_be_waited_for(until):
    clock = ManualClock(datetime(2026, 1, 5, 7, tzinfo=UTC))
    first = step("first", "time.wait", until="2026-01-05T08:00:00Z")
    then = {**step("then", "time.wait", until=until), "after": ["first"]}
    note = {**step("note", "text.note", words="It is time."), "after": ["then"]}
    with worked(first, then, note, deliver=["note.note"], clock=clock) as (world, _):
        assert world.status(world.tasks[0].id) is TaskStatus.RUNNING
        world.advance(timedelta(hours=2))
        world.settle()
        assert world.status(world.tasks[0].id) is TaskStatus.DONE
        assert "It is time" in world.person(YOU).letters()[-1].text


def test_a_moment_that_no_clock_can_tell_is_no_plan():
    wait = step("wait", "time.wait", until="9999-12-31T23:59:59-12:00")
    with worked(wait, deliver=["wait.reached"]) as (world, (answer,)):
        assert "does not hold together" in answer.text
        assert world.system.store.runs.plan(world.tasks[0].id) is None


def test_mail_arrives_at_the_moment_of_the_worlds_clock():
    with World(clock=ManualClock(datetime(2026, 3, 27, 12, tzinfo=UTC))) as world:
        world.deliver(mail("Remind me tomorrow at 15:00 to call Bob."))
        world.settle()
        world.advance(timedelta(days=1, hours=4))
        world.settle()
        assert "call Bob" in world.person(YOU).letters()[-1].text
        assert world.status(world.tasks[0].id) is TaskStatus.DONE
