"""Run a plan durably: one workflow, a scheduler loop, one checkpoint per step.

The scheduler is the engine-free `run_plan`; the engine's own `asyncio_wait` makes each of its
wake-ups a recorded decision, so that a replay after a crash starts the same steps in the same
order. A step is exactly one engine call: the engine numbers calls in the order they are made.
"""

import asyncio

from dbos import DBOS, SetWorkflowID

from sampark.domain.base import StepKey, TaskId
from sampark.domain.plan import Plan, Step
from sampark.domain.run import StepRun, StepStatus
from sampark.domain.task import TaskStatus
from sampark.execution.binding import sleeps_until
from sampark.execution.run_plan import run_plan
from sampark.execution.unchanged import unchanged
from sampark.storage.runs import Noted
from sampark.workflow.course import STOPPED, Course
from sampark.workflow.durable import durable, durable_async, in_thread
from sampark.workflow.plans import Planned
from sampark.workflow.services import Services, services
from sampark.workflow.telling import TOPIC, workflow_id


async def run(task: TaskId, planned: Planned, amendments: int) -> TaskStatus:
    """Run the kept plan of that version to its end, or until it is stopped or amended.

    `amendments` numbers the runs of one task: each of them waits in workflows of its own.

    Returns:
        How it ended; a run that was cut short by an amendment counts as stopped.
    """
    plan = await start(task, planned.version)
    course = await Course.load(services(), task, plan)
    tools = services().tools

    async def run_one(step: Step) -> StepRun:
        if tools[step.tool].waits:
            with SetWorkflowID(f"wait-{task}-{plan.version}-{step.key}-{amendments}"):
                return await wait_until(task, plan.version, step.key)
        return await attempt_step(course, step.key)

    runs = await run_plan(plan, run_one, wait=_durable_wait)
    return ending(plan, list(runs.values()))


async def _durable_wait(
    fs: "list[asyncio.Future[StepRun]]", /, *, return_when: str
) -> "tuple[set[asyncio.Task[StepRun]], set[asyncio.Task[StepRun]]]":
    return await DBOS.asyncio_wait([*fs], return_when=return_when)


def ending(plan: Plan, runs: list[StepRun]) -> TaskStatus:
    """Judge a run: stopped if it was stopped, failed if a step that may not be skipped failed."""
    if any(run.error is not None and run.error.kind == STOPPED.kind for run in runs):
        return TaskStatus.STOPPED
    failed = {run.key for run in runs if run.status is StepStatus.FAILED}
    if any(plan.step(key).on_failure != "skip" for key in failed):
        return TaskStatus.FAILED
    return TaskStatus.DONE


@durable
def start(task: TaskId, version: int) -> Plan:
    """Mark the task as running and return the plan to run."""
    here = services()
    here.store.tasks.set_status(task, TaskStatus.RUNNING)
    # What was answered and never read, as it is asked no longer, is not lost: it amends the task.
    here.store.tasks.amend_with(task, here.store.tasks.unlearned(task))
    plan = _kept(here, task, version)
    before = here.store.runs.plan(task, version - 1) if version > 1 else None
    if before is not None:
        carry_over(here, task, before, plan)
    return plan


def carry_over(here: Services, task: TaskId, before: Plan, plan: Plan) -> None:
    """Keep what the former plan's finished steps gave, where the plan asks the same of them."""
    same = unchanged(before, plan)
    done = {
        run.key: run
        for run in here.store.runs.steps(task, before.version)
        if run.status is StepStatus.DONE
    }
    kept = [
        Noted(task, plan.version, done[former].model_copy(update={"key": key}))
        for key, former in same.items()
        if former in done
    ]
    if kept:
        here.store.runs.note(kept)


@durable_async
async def attempt_step(course: Course, key: StepKey) -> StepRun:
    """Try a step until it is done, fails for good, or has used up its attempts."""
    return await course.take(key)


@DBOS.workflow(name="wait_until", max_recovery_attempts=None)
async def wait_until(task: TaskId, version: int, key: StepKey) -> StepRun:
    """Sleep until the moment the step names, at no cost; `stop`, more words, a moved clock wake it."""
    me = DBOS.workflow_id or ""
    while (left := await seconds_left(task, version, key, me)) > 0:
        services().floor.leave(workflow_id(task))
        await DBOS.recv_async(TOPIC, timeout_seconds=left)
    return await end_wait(task, version, key)


@durable
def seconds_left(task: TaskId, version: int, key: StepKey, workflow: str) -> float:
    """Return how long to sleep still; 0 when the moment has come or the task is to end.

    Without a moment there is nothing to wait for: the step's own attempt says what is wrong.
    """
    here = services()
    if here.store.tasks.interrupted(task):
        return 0.0
    step = _kept(here, task, version).step(key)
    values = here.store.runs.values(task, version, {ref.step for ref in step.refs()})
    due = sleeps_until(step, here.tools[step.tool], values)
    if due is None:
        return 0.0
    left = (due - here.clock.now()).total_seconds()
    if left > 0 and (key, workflow) not in _noted(here, task):
        here.store.waits.add(task, key, workflow, due)
    return max(left, 0.0)


def _noted(here: Services, task: TaskId) -> set[tuple[str, str]]:
    """Return what the open waits of a task wait for, and in which workflow."""
    return {(row.step_key, row.workflow_id) for row in here.store.waits.open(task)}


@durable_async
async def end_wait(task: TaskId, version: int, key: StepKey) -> StepRun:
    """Record that the moment came, or that the task was stopped before it."""
    here = services()
    await in_thread(here.store.waits.done, task, key)
    plan = await in_thread(_kept, here, task, version)
    return await (await Course.load(here, task, plan)).take(key)


def _kept(here: Services, task: TaskId, version: int) -> Plan:
    plan = here.store.runs.plan(task, version)
    if plan is None:
        raise LookupError(f"task {task} has no plan of version {version}")
    return plan
