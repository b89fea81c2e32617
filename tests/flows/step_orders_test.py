"""The order of each story's steps, beside the version that names it."""

from datetime import timedelta

from dbos import DBOS

from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.clock import ManualClock
from sampark.workflow.engine import APPLICATION_VERSION
from sampark.workflow.telling import workflow_id
from sampark.world import World

YOU = "you@example.com"

PLANNING = ["dialogue.take_in", "plans.fit_playbook"]
PUT = ["sending.post", "DBOS.recv", "DBOS.sleep", "dialogue.known"]
STEP = ["DBOS.asyncio_wait", "running.attempt_step"]
SLOW = [*PLANNING, "answers.acknowledge", "sending.post", "running.start"]
WAITED = ["DBOS.asyncio_wait", "wait_until", "DBOS.getResult"]
END = ["answers.last", "sending.post", "answers.close"]

WAIT = [
    "running.seconds_left",
    "DBOS.recv",
    "DBOS.sleep",
    "running.seconds_left",
    "running.end_wait",
]

ORDERS = {
    "2": {
        "asked": [
            *PLANNING,
            "answers.plan_question",
            *PUT,
            "dialogue.learn",
            "plans.fit_playbook",
            "running.start",
            *STEP,
            *STEP,
            *END,
        ],
        "approved": [
            *PLANNING,
            "answers.plan_proposal",
            *PUT,
            "approval.consent",
            "running.start",
            *STEP,
            *STEP,
            *END,
        ],
        "waited and amended": [*SLOW, *WAITED, "answers.last", *SLOW, *WAITED, *STEP, *END],
        "waited": [*SLOW, *WAITED, *STEP, *END],
    }
}


def written(world, body, files=None):
    world.person(YOU).write(body, to=world.account, subject="A task", files=files)
    world.settle()


def replied(world, words):
    world.person(YOU).reply(world.person(YOU).letters(label="INBOX")[-1], words)
    world.settle()


def steps(world, workflow):
    listed = world.system.engine.call(DBOS.list_workflow_steps_async(workflow))
    return [step["function_name"] for step in listed]


def is_pinned(world, story):
    (task,) = world.tasks
    assert world.status(task.id) is TaskStatus.DONE
    taken = steps(world, workflow_id(task.id))
    assert taken == ORDERS[APPLICATION_VERSION][story], "Steps changed: raise APPLICATION_VERSION."


def test_a_task_that_asks(world):
    written(world, "Convert the attached file.", {"minutes.md": sample("minutes.md")})
    replied(world, "docx")
    is_pinned(world, "asked")


def test_a_task_that_is_approved():
    with World(settings=Settings(approve_plans=True), approvals="by_hand") as world:
        written(world, "Convert this to docx.", {"minutes.md": sample("minutes.md")})
        replied(world, "go")
        is_pinned(world, "approved")


def test_a_task_that_waits():
    with World(clock=ManualClock()) as world:
        written(world, "Remind me tomorrow at 9:00 to call Bob.")
        world.advance(timedelta(days=2))
        world.settle()
        wait = f"wait-{world.tasks[0].id}-1-wait-0"
        assert steps(world, wait) == WAIT
        is_pinned(world, "waited")


def test_a_task_that_is_amended_while_it_waits():
    with World(clock=ManualClock()) as world:
        written(world, "Remind me tomorrow at 9:00 to call Bob.")
        replied(world, "make it 15:00")
        world.advance(timedelta(days=2))
        world.settle()
        is_pinned(world, "waited and amended")
