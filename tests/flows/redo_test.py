"""`redo`: an ended task of the thread is done once more, as a task of its own."""

from datetime import timedelta

import pytest

from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.clock import ManualClock
from sampark.testing.scripted import scripted
from sampark.world import World

YOU = "you@example.com"
SALES = {"sales.csv": sample("sales.csv")}


def thread(world, body, files=None):
    """Send a mail; return what talks on in its thread: words and files in, the answers out."""
    person = world.person(YOU)
    sent = person.write(body, to=world.account, subject="A task", files=files)
    world.settle()

    def reply(words, files=None):
        before = person.thread(sent.thread_id)
        person.reply(before[-1], words, files=files)
        world.settle()
        return person.thread(sent.thread_id)[len(before) + 1 :]

    return reply


@pytest.mark.parametrize("word", ["redo", "Redo, please.", "Do it again!"])
def test_redo_does_the_ended_task_once_more_as_often_as_it_is_said(world, word):
    reply = thread(world, "What is the sum of amount by region?", SALES)
    for number in (2, 3):
        (answer,) = reply(word)
        assert "sum of “amount” by “region”" in answer.text
        assert len(world.tasks) == number
    assert {world.status(task.id) for task in world.tasks} == {TaskStatus.DONE}
    assert world.tasks[1].follows == world.tasks[0].id


def test_redo_of_the_same_with_another_file_takes_that(world):
    reply = thread(world, "/convert xlsx", SALES)
    (answer,) = reply("redo", {"b.csv": b"a,b\n1,2\n"})
    assert list(answer.files) == ["b.xlsx"]


def test_redo_while_the_task_is_under_way_says_where_it_stands(clocked):
    reply = thread(clocked, "Remind me tomorrow at 9:00 to call Bob.")
    (answer,) = reply("redo")
    assert "under way" in answer.text
    assert len(clocked.tasks) == 1


def test_redo_of_a_reminder_whose_time_is_over_asks_when(clocked):
    reply = thread(clocked, "Remind me tomorrow at 9:00 to call Bob.")
    clocked.advance(timedelta(days=2))
    clocked.settle()
    (answer,) = reply("redo")
    assert "that is over" in answer.text


def test_redo_where_nothing_was_asked_yet_is_no_command(world):
    thread(world, "redo")
    assert len(world.tasks) == 1
    assert world.tasks[0].follows is None


def test_what_was_repeated_can_be_done_again(world):
    reply = thread(world, "What is the sum of amount by region?", SALES)
    (told,) = reply("What is the sum of amount by region?", SALES)
    assert "“redo”" in told.text
    (answer,) = reply("redo")
    assert "sum of “amount” by “region”" in answer.text


def test_redo_of_what_a_model_planned_runs_the_same_plan():
    step = {"key": "note", "title": "Write it", "tool": "text.note", "args": {"words": "Closed."}}
    plan = {"steps": [step], "deliverables": [{"step": "note", "field": "note"}]}
    models = scripted({"understand": [{"goal": "a note", "language": "en"}], "plan": [plan]})
    with World(model_factory=models) as world:
        reply = thread(world, "Please see to the frobnication.")
        (answer,) = reply("redo")
        assert "Closed." in answer.text
        first, second = (world.system.store.runs.plan(task.id) for task in world.tasks)
        assert first.hash == second.hash
        assert len(world.system.store.calls.rows()) == 2


def test_a_change_to_what_a_model_planned_before_is_planned_by_the_model():
    def plan(words):
        step = {"key": "note", "title": "Write it", "tool": "text.note", "args": {"words": words}}
        return {"steps": [step], "deliverables": [{"step": "note", "field": "note"}]}

    understood = [{"goal": "a note", "language": "en"}] * 3
    models = scripted(
        {"understand": understood, "plan": [plan("Closed."), plan("Opened."), plan("Ajar.")]}
    )
    settings = Settings(approve_plans=True)
    with World(
        settings=settings, clock=ManualClock(), approvals="by_hand", model_factory=models
    ) as world:
        reply = thread(world, "Please see to the frobnication.")
        for words, told in (
            ("go", "Closed."),
            ("redo", "Reply"),
            ("Write that it is opened instead.", "Reply"),
            ("go", "Opened."),
            ("redo\n\nBut write that it is ajar.", "Reply"),
            ("go", "Ajar."),
        ):
            (letter,) = reply(words)
            assert told in letter.text
        assert "But write that it is ajar." in models.calls[-1].input


@pytest.mark.parametrize("again", ["Again", "redo", "Try again please.", "Do it again!"])
def test_what_stands_below_a_redo_is_done_or_named(world, again):
    reply = thread(world, "What is the sum of amount by region?", SALES)
    (answer,) = reply(f"{again}\n\nBut by product this time please.\n\nThanks\nAnn")
    assert "by “product”" in answer.text or "Not understood" in answer.text
    (answer,) = reply(f"{again}\n\nby product please")
    assert "sum of “amount” by “product”" in answer.text
    (answer,) = reply(f"{again}\n\nBut leave out the North, and mind the gap.")
    assert "Not understood" in answer.text
    assert "leave out the North" in answer.text


def test_a_redo_below_which_only_leave_is_taken_is_one(world):
    reply = thread(world, "What is the sum of amount by region?", SALES)
    (answer,) = reply("redo please\n\nThanks\nAnn")
    assert "Not understood" not in answer.text
    assert world.tasks[1].follows == world.tasks[0].id


def test_what_stands_below_a_redo_amends_what_is_under_way(clocked):
    reply = thread(clocked, "Remind me tomorrow at 9:00 to call Bob.")
    reply("Again\n\nMake it 10:00.")
    (task,) = clocked.tasks
    (wait,) = clocked.system.store.waits.open(task.id)
    assert wait.due_at.hour == 10
