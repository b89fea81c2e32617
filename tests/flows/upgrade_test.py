"""A new release finds work of an older one under way: nothing is lost, asked or sent twice."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from sampark.domain.task import TaskStatus
from sampark.mailbox import sync
from sampark.sandbox.samples import sample
from sampark.testing.clock import ManualClock
from sampark.workflow.inbox import Inbox
from sampark.world import World

YOU = "you@example.com"


def older(home):
    """Make all that is under way the work of a release with other steps."""
    with closing(sqlite3.connect(home / "engine.db")) as engine, engine:
        left = "select workflow_uuid from workflow_status where status in ('PENDING', 'ENQUEUED')"
        changed = engine.execute(
            f"update operation_outputs set function_name = 'old' where workflow_uuid in ({left})"
        ).rowcount
        engine.execute(
            "update workflow_status set application_version = '0'"
            " where status in ('PENDING', 'ENQUEUED')"
        )
    return changed


def write(world, body, files=None):
    sent = world.person(YOU).write(body, to=world.account, subject="A task", files=files)
    world.settle()
    return sent


def letters(world):
    return world.person(YOU).letters(label="INBOX")


def test_a_task_that_waits_for_an_answer_gets_it_and_does_not_ask_twice(tmp_path):
    clock = ManualClock()
    with World(tmp_path, clock=clock) as world:
        write(world, "Convert the attached file.", {"minutes.md": sample("minutes.md")})
        assert world.status(world.tasks[0].id) is TaskStatus.ASKING
    assert older(tmp_path)
    with World(tmp_path, clock=clock) as world:
        world.settle()
        (question,) = letters(world)
        world.person(YOU).reply(question, "docx")
        world.settle()
        assert world.status(world.tasks[0].id) is TaskStatus.DONE
        assert [list(letter.files) for letter in letters(world)] == [[], ["minutes.docx"]]


def test_a_reminder_of_an_older_release_comes_once_at_its_time(tmp_path):
    clock = ManualClock()
    with World(tmp_path, clock=clock) as world:
        write(world, "Remind me tomorrow at 9:00 to call Bob.")
        assert world.status(world.tasks[0].id) is TaskStatus.RUNNING
    assert older(tmp_path)
    with World(tmp_path, clock=clock) as world:
        world.settle()
        assert world.status(world.tasks[0].id) is TaskStatus.RUNNING
        world.advance(timedelta(days=2))
        world.settle()
        assert world.status(world.tasks[0].id) is TaskStatus.DONE
        reminders = [letter for letter in letters(world) if "Reminder" in letter.text]
        assert len(reminders) == 1


def test_mails_of_many_threads_that_were_not_handled_are_handled_in_their_order(tmp_path):
    clock = ManualClock()
    with World(tmp_path, clock=clock) as world:
        person = world.person(YOU)
        for number in range(6):
            sent = person.write(
                "What is the sum of amount by region?",
                to=world.account,
                subject=f"Sheet {number}",
                files={"sales.csv": sample("sales.csv")},
            )
            person.reply(sent, "And the average units by region?")
            person.reply(sent, "And how many rows are there?")
        gmail = world.system.services.mailboxes[world.account]
        list(sync.sync(gmail, Inbox(world.system.store), clock=clock))
        assert len(world.system.store.mails.unfinished()) == 18
    with World(tmp_path, clock=clock) as world:
        world.settle()
        assert len(world.tasks) == 6
        found = letters(world)
        assert len(found) == 6
        for letter in found:
            for told in ("sum of “amount”", "average of “units”", "240"):
                assert told in letter.text
