"""A run under way in this process: the attempts at its steps, each kept before it counts.

What the steps share (task, plan, values) is read once and held here; the store stays the truth: a
course is made anew from it after a restart.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sampark.domain.base import StepKey, TaskId
from sampark.domain.plan import Plan, Step
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.domain.task import Task
from sampark.domain.value import Value
from sampark.errors import StepFailed, StepInterrupted
from sampark.execution.attempt import attempt
from sampark.workflow.bench import TaskBench
from sampark.workflow.durable import held_up, in_thread
from sampark.workflow.services import Services

STOPPED = StepError(kind="stopped", message="Stopped as you asked.")
MOST_CRASHES = 5
"""How often the process may die in a step before the step is given up: it may be what kills it."""
STOP_SEEN_WITHIN = 0.2
"""Seconds after which more words are seen, and a stop from another process; one from here is at once."""


class Course:
    """One run of one plan. Made by `load`, on the engine's loop."""

    def __init__(self, here: Services, task: Task, plan: Plan, tried: Collection[StepRun]) -> None:
        self._here = here
        self._task = task
        self._plan = plan
        self._steps = {step.key: step for step in plan.steps}
        self._tried: defaultdict[StepKey, list[StepRun]] = defaultdict(list)
        self._values: dict[StepKey, Value] = {}
        self._looked = -STOP_SEEN_WITHIN
        for run in tried:
            self._note(run)

    @classmethod
    async def load(cls, here: Services, task: TaskId, plan: Plan) -> "Course":
        """Return the course of a plan as far as it has come; raises StoreError."""
        return await in_thread(cls._load, here, task, plan)

    @classmethod
    def _load(cls, here: Services, task: TaskId, plan: Plan) -> "Course":
        tried = here.store.runs.steps(task, plan.version)
        return cls(here, here.store.tasks.get(task), plan, tried)

    async def take(self, key: StepKey) -> StepRun:
        """Try a step until it is done, fails for good, or has used up its attempts.

        Returns:
            The last attempt, without its value: that lies in the store.
        """
        step = self._steps[key]
        ended = self._ended(step)
        if ended is None:
            ended = await self._tries(step)
        return ended.model_copy(update={"value": None})

    def _ended(self, step: Step) -> StepRun | None:
        """Return how the step ended in a process before this one, if it did."""
        tried = self._tried[step.key]
        done = [run for run in tried if run.status is StepStatus.DONE]
        if done:
            return done[-1]
        crashed = [run for run in tried if run.status is StepStatus.RUNNING]
        if len(crashed) < MOST_CRASHES:
            return None
        message = f"“{step.title}” was cut short {len(crashed)} times, and is not tried again."
        error = StepError(kind="crashed", message=message)
        return crashed[-1].model_copy(update={"status": StepStatus.FAILED, "error": error})

    async def _tries(self, step: Step) -> StepRun:
        number = max((run.attempt for run in self._tried[step.key]), default=0)
        pause = step.retry.pause
        left = step.retry.attempts
        while True:
            number += 1
            left -= 1
            if await self._stopping():
                status = StepStatus.SKIPPED
                return StepRun(key=step.key, attempt=number, status=status, error=STOPPED)
            run = await self._once(step, number)
            self._note(run)
            if run.error is None or not run.error.transient or not left:
                return run
            await asyncio.sleep(pause)
            pause *= 2

    async def _once(self, step: Step, number: int) -> StepRun:
        """Make one attempt, and keep what came of it.

        That it began is written while it works; both are in the store before it counts.
        """
        here, task, version = self._here, self._task.id, self._plan.version
        started = here.clock.now()
        begun = asyncio.ensure_future(here.note(task, version, _begun(step, number, started)))
        try:
            run = await self._outcome(step, number, started)
            await begun
        except asyncio.CancelledError:
            # The process stops: the attempt is put back, for only a crash leaves it running.
            run = StepRun(key=step.key, attempt=number, status=StepStatus.QUEUED)
            await here.note(task, version, run)
            raise
        await here.note(task, version, run)
        return run

    async def _outcome(self, step: Step, number: int, started: datetime) -> StepRun:
        here = self._here
        error = value = None
        try:
            values = await self._needed(step)
            bench = TaskBench(self._task, here)
            tool = here.tools[step.tool]
            value = await held_up(lambda: attempt(step, tool, values, bench))
        except StepFailed as failure:
            error = StepError(
                kind=type(failure).__name__,
                message=str(failure),
                transient=isinstance(failure, StepInterrupted),
            )
        return StepRun(
            key=step.key,
            attempt=number,
            status=StepStatus.DONE if error is None else StepStatus.FAILED,
            started_at=started,
            finished_at=here.clock.now(),
            value=value,
            error=error,
        )

    async def _needed(self, step: Step) -> dict[StepKey, Value]:
        needed = {ref.step for ref in step.refs()}
        # What a wait gave was written by its own workflow.
        if missing := sorted(needed - self._values.keys()):
            read = self._here.store.runs.values
            self._values |= await in_thread(read, self._task.id, self._plan.version, missing)
        return {key: self._values[key] for key in needed}

    async def _stopping(self) -> bool:
        task = self._task.id
        if task in self._here.stopping:
            return True
        if time.monotonic() - self._looked < STOP_SEEN_WITHIN:
            return False
        self._looked = time.monotonic()
        return await in_thread(self._here.store.tasks.interrupted, task)

    def _note(self, run: StepRun) -> None:
        self._tried[run.key].append(run)
        if run.status is StepStatus.DONE and run.value is not None:
            self._values[run.key] = run.value


def _begun(step: Step, number: int, started: datetime) -> StepRun:
    return StepRun(key=step.key, attempt=number, status=StepStatus.RUNNING, started_at=started)
