"""Run a plan durably: one workflow, a scheduler loop, one checkpoint per step.

The scheduler is the engine-free `run_plan`; the engine's own `asyncio_wait` makes each of its
wake-ups a recorded decision, so that a replay after a crash starts the same steps in the same
order. A step is exactly one engine call: the engine numbers calls in the order they are made.
"""

import asyncio
from datetime import datetime

from dbos import DBOS, SetWorkflowID

from sampark.domain.base import StepKey, TaskId
from sampark.domain.plan import Plan, Step
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.domain.task import TaskStatus
from sampark.errors import StepFailed, StepInterrupted
from sampark.execution.attempt import attempt
from sampark.execution.run_plan import run_plan
from sampark.workflow.bench import TaskBench
from sampark.workflow.dialogue import TOPIC
from sampark.workflow.durable import durable, durable_async
from sampark.workflow.plans import Planned
from sampark.workflow.services import Services, services

STOPPED = StepError(kind="stopped", message="Stopped as you asked.")


async def run(task: TaskId, planned: Planned) -> TaskStatus:
    """Run the kept plan of that version to its end; return how it ended."""
    plan = await start(task, planned.version)
    tools = services().tools

    async def run_one(step: Step) -> StepRun:
        if tools[step.tool].waits:
            with SetWorkflowID(f"wait-{task}-{plan.version}-{step.key}"):
                return await wait_until(task, plan.version, step.key)
        return await attempt_step(task, plan.version, step.key)

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
    store = services().store
    store.tasks.set_status(task, TaskStatus.RUNNING)
    plan = store.runs.plan(task, version)
    if plan is None:
        raise LookupError(f"task {task} has no plan of version {version}")
    return plan


@durable_async
async def attempt_step(task: TaskId, version: int, key: StepKey) -> StepRun:
    """Try a step until it is done, fails for good, or has used up its attempts."""
    here = services()
    job = await asyncio.to_thread(_Job, here, task, version, key)
    if job.finished is not None:
        return job.finished
    pause = job.step.retry.pause
    while True:
        run = await job.once()
        if run.status is not StepStatus.FAILED or not job.worth_another(run):
            return run.model_copy(update={"value": None})
        await asyncio.sleep(pause)
        pause *= 2


class _Job:
    """One step of one task: what its attempts share."""

    def __init__(self, here: Services, task: TaskId, version: int, key: StepKey) -> None:
        self.here = here
        self.version = version
        self.task = here.store.tasks.get(task)
        plan = here.store.runs.plan(task, version)
        if plan is None:
            raise LookupError(f"task {task} has no plan of version {version}")
        self.step = plan.step(key)
        tried = here.store.runs.steps(task, version, key=key)
        self.number = max((run.attempt for run in tried), default=0)
        done = [run for run in tried if run.status is StepStatus.DONE]
        self.finished = done[-1].model_copy(update={"value": None}) if done else None
        self.first = self.number + 1

    async def once(self) -> StepRun:
        """Make one attempt, and keep what came of it."""
        store, task = self.here.store, self.task
        self.number += 1
        if await asyncio.to_thread(store.tasks.stop_requested, task.id):
            return StepRun(
                key=self.step.key, attempt=self.number, status=StepStatus.SKIPPED, error=STOPPED
            )
        started = self.here.clock.now()
        await asyncio.to_thread(
            store.runs.begin, task.id, self.version, self.step.key, self.number, started
        )
        run = await self._try(started)
        await asyncio.to_thread(store.runs.finish, task.id, self.version, run)
        return run

    def worth_another(self, run: StepRun) -> bool:
        """Whether the failure may pass and attempts are left."""
        left = self.number - self.first + 1 < self.step.retry.attempts
        return left and run.error is not None and run.error.transient

    async def _try(self, started: datetime) -> StepRun:
        store, step = self.here.store, self.step
        bench = TaskBench(self.task, self.here)
        error = value = None
        try:
            needed = sorted({ref.step for ref in step.refs()})
            values = await asyncio.to_thread(store.runs.values, self.task.id, self.version, needed)
            value = await attempt(step, self.here.tools[step.tool], values, bench)
        except StepFailed as failure:
            error = StepError(
                kind=type(failure).__name__,
                message=str(failure),
                transient=isinstance(failure, StepInterrupted),
            )
        return StepRun(
            key=step.key,
            attempt=self.number,
            status=StepStatus.DONE if error is None else StepStatus.FAILED,
            started_at=started,
            finished_at=self.here.clock.now(),
            value=value,
            error=error,
        )


@DBOS.workflow(name="wait_until", max_recovery_attempts=None)
async def wait_until(task: TaskId, version: int, key: StepKey) -> StepRun:
    """Sleep until the moment the step names, at no cost; `stop` and a moved clock wake it."""
    me = f"wait-{task}-{version}-{key}"
    while (left := await seconds_left(task, version, key, me)) > 0:
        await DBOS.recv_async(TOPIC, timeout_seconds=left)
    return await end_wait(task, version, key)


@durable
def seconds_left(task: TaskId, version: int, key: StepKey, workflow: str) -> float:
    """Return how long to sleep still; 0 when the moment has come or the task is to stop."""
    here = services()
    plan = here.store.runs.plan(task, version)
    if plan is None or here.store.tasks.stop_requested(task):
        return 0.0
    due = datetime.fromisoformat(str(plan.step(key).args["until"]))
    left = (due - here.clock.now()).total_seconds()
    if left > 0 and not any(row.step_key == key for row in here.store.waits.open(task)):
        here.store.waits.add(task, key, workflow, due)
    return max(left, 0.0)


@durable_async
async def end_wait(task: TaskId, version: int, key: StepKey) -> StepRun:
    """Record that the moment came, or that the task was stopped before it."""
    here = services()
    here.store.waits.done(task, key)
    job = _Job(here, task, version, key)
    return job.finished or (await job.once()).model_copy(update={"value": None})
