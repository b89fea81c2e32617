"""A process dies in a bad moment, and a new release comes up: nothing is lost, asked or sent twice.

Each moment is made in the databases as the dead process would have left them.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from sampark.domain.task import TaskStatus
from sampark.mailbox import sync
from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.clock import ManualClock
from sampark.workflow.inbox import Inbox
from sampark.world import World

YOU = "you@example.com"
OPEN = "('PENDING', 'ENQUEUED')"
REMIND = "Remind me tomorrow at 9:00 to call Bob."
MINUTES = {"minutes.md": sample("minutes.md")}


@pytest.fixture
def lives(tmp_path):
    """One home; each call is a process of its own."""
    clock = ManualClock()

    def live(**settings):
        chosen = Settings(**settings)
        return World(tmp_path, clock=clock, settings=chosen, approvals="by_hand")

    live.home = tmp_path
    return live


def change(home, database, *statements):
    with closing(sqlite3.connect(home / database)) as opened, opened:
        opened.execute("pragma foreign_keys = on")
        for statement in statements:
            opened.execute(statement)


def older(home, *statements):
    """Make all that is under way the work of a release with other steps."""
    old = f"update workflow_status set application_version = '0' where status in {OPEN}"
    change(home, "engine.db", *statements, old)


def gone(which):
    """Return the statements that delete workflows as the engine does."""
    kept = f"(select workflow_uuid from workflow_status where not ({which}))"
    tables = ("operation_outputs", "workflow_input", "workflow_output", "workflow_status")
    return [f"delete from {table} where workflow_uuid not in {kept}" for table in tables]


def write(world, body, files=None):
    world.person(YOU).write(body, to=world.account, subject="A task", files=files)
    world.settle()
    return world.tasks[0].id


def letters(world):
    return world.person(YOU).letters(label="INBOX")


def answer(world, words):
    """Let a reply come into the store, and no further; return it."""
    world.person(YOU).reply(letters(world)[-1], words)
    gmail = world.system.services.mailboxes[world.account]
    list(sync.sync(gmail, Inbox(world.system.store), clock=world.system.clock))
    (ref,) = world.system.store.mails.unfinished()
    return ref


def heard(world, words, *, noted=True):
    """Let a task take a reply that its workflow never gets."""
    store, task = world.system.store, world.tasks[0].id
    ref = answer(world, words)
    kind = store.tasks.hear(task, ref.gmail_id)
    if noted:
        store.mails.set_outcome(ref, "answer", "", task)
    return kind


def test_killed_between_the_end_of_an_old_workflow_and_the_new_one(lives):
    with lives() as world:
        task = write(world, REMIND)
    older(lives.home, *gone(f"status in {OPEN}"))
    with lives() as world:
        world.settle()
        world.advance(timedelta(days=2))
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert len([one for one in letters(world) if "Reminder" in one.text]) == 1


def test_killed_between_a_task_and_its_workflow(lives):
    with lives() as world:
        task = write(world, REMIND)
    handling = "update workflow_status set status = 'PENDING' where name = 'handle_message'"
    older(lives.home, *gone(f"status in {OPEN}"), handling)
    with lives() as world:
        world.settle()
        world.advance(timedelta(days=2))
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert len(world.tasks) == 1
        assert len([one for one in letters(world) if "Reminder" in one.text]) == 1


def test_a_wait_is_stopped_though_its_row_names_a_workflow_that_is_gone(lives):
    with lives() as world:
        task = write(world, REMIND)
    older(lives.home)
    change(lives.home, "sampark.db", "update waits set workflow_id = 'wait-gone'")
    with lives() as world:
        world.settle()
        assert [row.workflow_id for row in world.system.store.waits.open(task)] != ["wait-gone"]
        world.person(YOU).reply(letters(world)[-1], "stop")
        world.settle()
        assert world.status(task) is TaskStatus.STOPPED
        assert world.system.store.mails.unfinished() == []


@pytest.mark.parametrize("noted", [True, False])
def test_an_answer_that_was_heard_and_never_learned_counts(lives, noted):
    with lives() as world:
        task = write(world, "Convert the attached file.", MINUTES)
        assert heard(world, "docx", noted=noted) == "answer"
    older(lives.home)
    with lives() as world:
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert [list(letter.files) for letter in letters(world)] == [[], ["minutes.docx"]]
        assert len(world.tasks) == 1


def test_an_answer_that_was_learned_is_not_learned_again(lives):
    with lives() as world:
        task = write(world, "Remind me to call Bob.")
        assert world.status(task) is TaskStatus.ASKING
        world.person(YOU).reply(letters(world)[-1], "tomorrow at 9:00")
        world.settle()
        words = world.tasks[0].words
        assert world.status(task) is TaskStatus.RUNNING
    older(lives.home)
    with lives() as world:
        world.settle()
        assert world.status(task) is TaskStatus.RUNNING
        assert world.tasks[0].words == words
        world.advance(timedelta(days=2))
        world.settle()
        assert world.status(task) is TaskStatus.DONE


@pytest.mark.parametrize("plans", [False, True])
def test_a_stop_that_woke_nobody_ends_the_task(lives, plans):
    words = "Convert this to docx." if plans else "Convert the attached file."
    with lives(approve_plans=plans) as world:
        task = write(world, words, MINUTES)
        store, ref = world.system.store, answer(world, "stop")
        store.tasks.request_stop(task)
        store.mails.set_outcome(ref, "control", "stop", task)
    older(lives.home)
    with lives(approve_plans=plans) as world:
        world.settle()
        assert world.status(task) is TaskStatus.STOPPED
        assert len(letters(world)) == 2


def test_a_go_that_was_heard_and_never_read_counts_for_the_plan_it_was_said_to(lives):
    with lives(approve_plans=True) as world:
        task = write(world, "Convert this to docx.", MINUTES)
        assert heard(world, "go") == "answer"
    older(lives.home)
    with lives(approve_plans=True) as world:
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert [list(letter.files) for letter in letters(world)][1:] == [["minutes.docx"]]


def test_a_go_that_was_said_to_another_plan_runs_nothing(lives):
    with lives(approve_plans=True) as world:
        task = write(world, "Convert this to docx.", MINUTES)
        assert heard(world, "go") == "answer"
    older(lives.home)
    change(lives.home, "sampark.db", "update effects set plan_hash = 'of another plan'")
    with lives(approve_plans=True) as world:
        world.settle()
        assert world.status(task) is TaskStatus.APPROVING
        world.person(YOU).reply(letters(world)[-1], "go")
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert list(letters(world)[-1].files) == ["minutes.docx"]


def test_a_plan_that_waits_for_consent_is_shown_once_and_runs_once(lives):
    with lives(approve_plans=True) as world:
        task = write(world, "Convert this to docx.", MINUTES)
    older(lives.home)
    with lives(approve_plans=True) as world:
        world.settle()
        assert world.status(task) is TaskStatus.APPROVING
        world.person(YOU).reply(letters(world)[-1], "go")
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert [list(letter.files) for letter in letters(world)][1:] == [["minutes.docx"]]


def test_words_after_the_last_mail_get_an_answer_of_their_own(lives):
    with lives() as world:
        task = write(world, "Convert this to docx.", MINUTES)
        assert [list(letter.files) for letter in letters(world)] == [["minutes.docx"]]
        change(lives.home, "sampark.db", "update tasks set status = 'running'")
        assert heard(world, "pdf instead") == "amendment"
    older(lives.home, *gone("name = 'work_on_task'"))
    with lives() as world:
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert [list(letter.files) for letter in letters(world)][1:] == [["minutes.pdf"]]


def test_a_last_mail_that_is_out_is_not_sent_again(lives):
    with lives() as world:
        task = write(world, "Convert this to docx.", MINUTES)
    change(lives.home, "sampark.db", "update tasks set status = 'replying'")
    older(lives.home, *gone("name = 'work_on_task'"))
    with lives() as world:
        world.settle()
        assert world.status(task) is TaskStatus.DONE
        assert len(letters(world)) == 1


def test_the_question_is_sent_though_status_was_asked_after_it(lives):
    with lives() as world:
        task = write(world, "Convert the attached file.", MINUTES)
        world.person(YOU).reply(letters(world)[-1], "status")
        world.settle()
        question, _ = world.system.store.outbox.for_task(task)
    older(lives.home)
    unsent = "update outbox set state = 'planned', draft_id = null, gmail_id = null"
    change(lives.home, "sampark.db", f"{unsent} where key = '{question.key}'")
    with lives() as world:
        world.settle()
        assert world.status(task) is TaskStatus.ASKING
        assert world.system.store.outbox.get(question.key).state == "sent"


def test_a_status_that_was_planned_and_not_sent_is_sent(lives):
    with lives() as world:
        task = write(world, "Convert the attached file.", MINUTES)
        world.person(YOU).reply(letters(world)[-1], "status")
        world.settle()
        _, status = world.system.store.outbox.for_task(task)
        newest = world.system.store.mails.for_task(task)[-1]
    handling = f"update workflow_status set status = 'PENDING' where workflow_uuid = '{newest.key}'"
    older(lives.home, handling)
    unsent = "update outbox set state = 'planned', draft_id = null, gmail_id = null"
    change(lives.home, "sampark.db", f"{unsent} where key = '{status.key}'")
    with lives() as world:
        world.settle()
        assert world.system.store.outbox.get(status.key).state == "sent"
        assert len(world.system.store.outbox.for_task(task)) == 2
