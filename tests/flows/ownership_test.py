"""Whose task it is: nobody but its requester answers, approves, steers or stops it."""

import pytest

from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock
from sampark.world import World

YOU, BEN = "you@example.com", "ben@example.com"


@pytest.fixture
def shared():
    with World(settings=Settings(requesters=(YOU, BEN)), clock=ManualClock()) as world:
        yield world


def begin(world, body, files=()):
    """Send a mail from YOU; return the latest letter of its thread."""
    person = world.person(YOU)
    contents = {name: sample(name) for name in files}
    sent = person.write(body, to=world.account, subject="A task", files=contents)
    world.settle()
    return person.thread(sent.thread_id)[-1]


def join(world, letter, body, sender=BEN):
    """Let somebody else write into the thread of a letter."""
    headers = {"In-Reply-To": letter.message_id, "References": letter.message_id}
    world.deliver(mail(body, subject=letter.subject, sender=sender, headers=headers))
    world.settle()


@pytest.mark.parametrize("word", ["stop", "status"])
def test_another_person_neither_stops_nor_inspects_a_task(shared, word):
    letter = begin(shared, "Remind me tomorrow at 9:00 to call Bob.")
    before = len(shared.outbound[YOU])
    join(shared, letter, word)
    first, second = shared.tasks
    assert shared.status(first.id) is TaskStatus.RUNNING
    assert second.requester.key == BEN
    assert len(shared.outbound[YOU]) == before
    join(shared, letter, "stop", sender=YOU)
    assert shared.status(first.id) is TaskStatus.STOPPED


def test_a_question_is_answered_by_its_requester_alone(shared):
    letter = begin(shared, "Please convert the attached file.", ["minutes.md"])
    join(shared, letter, "docx please")
    assert shared.status(shared.tasks[0].id) is TaskStatus.ASKING
    assert shared.tasks[1].requester.key == BEN
    join(shared, letter, "docx please", sender=YOU)
    assert shared.status(shared.tasks[0].id) is TaskStatus.DONE


def test_a_plan_is_approved_by_its_requester_alone():
    settings = Settings(requesters=(YOU, BEN), approve_plans=True)
    with World(settings=settings, approvals="by_hand") as world:
        person = world.person(YOU)
        sent = person.write(
            "/convert pdf", to=world.account, subject="A", files={"a.md": sample("minutes.md")}
        )
        world.settle()
        letter = person.thread(sent.thread_id)[-1]
        join(world, letter, "go")
        assert world.status(world.tasks[0].id) is TaskStatus.APPROVING
        join(world, letter, "go", sender=YOU)
        assert world.status(world.tasks[0].id) is TaskStatus.DONE


def test_a_person_finds_his_own_task_among_those_of_a_thread(shared):
    letter = begin(shared, "Remind me tomorrow at 9:00 to call Bob.")
    join(shared, letter, "Remind me tomorrow at 10:00 to call Ann.")
    join(shared, letter, "stop", sender=YOU)
    assert [shared.status(task.id) for task in shared.tasks] == [
        TaskStatus.STOPPED,
        TaskStatus.RUNNING,
    ]
