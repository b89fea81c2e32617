"""Trying a plan on files at hand: the real compiler, scheduler and tools, and no mail at all."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, Step
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.domain.tool import AnyTool
from sampark.domain.value import Value
from sampark.errors import PlanRefused, StepFailed, StepInterrupted
from sampark.execution import run_plan
from sampark.execution.attempt import attempt
from sampark.lab.bench import TrialBench

T = TypeVar("T")
Tools = Mapping[str, AnyTool]
Tell = Callable[[int, int, str], None]
"""Called with the steps that ended, the steps in all, and the title of the last to end."""


class Trial:
    """One run of one compiled plan.

    A step that waits for a date does not wait here. `values` holds what each finished step gave.
    """

    def __init__(self, plan: Plan, tools: Tools, bench: TrialBench, tell: Tell) -> None:
        self._plan = plan
        self._tools = tools
        self._bench = bench
        self._tell = tell
        self._ended = 0
        self.values: dict[StepKey, Value] = {}

    async def run(self) -> dict[StepKey, StepRun]:
        """Run every step, and return how each ended, in the plan's order.

        Raises:
            PlanRefused: A step would reach something outside.
        """
        refuse_effects(self._plan, self._tools)
        return await run_plan(self._plan, self._attempts)

    async def _attempts(self, step: Step) -> StepRun:
        pause = step.retry.pause
        run = await self._once(step, 1)
        while run.attempt < step.retry.attempts and run.error is not None and run.error.transient:
            await asyncio.sleep(pause)
            pause *= 2
            run = await self._once(step, run.attempt + 1)
        self._ended += 1
        self._tell(self._ended, len(self._plan.steps), step.title)
        return run

    async def _once(self, step: Step, number: int) -> StepRun:
        started = self._bench.now
        try:
            value = await attempt(step, self._tools[step.tool], self.values, self._bench)
        except StepFailed as failure:
            return _failed(step, number, failure, (started, self._bench.now))
        self.values[step.key] = value
        return StepRun(
            key=step.key,
            attempt=number,
            status=StepStatus.DONE,
            started_at=started,
            finished_at=self._bench.now,
            value=value,
        )


def refuse_effects(plan: Plan, tools: Tools) -> None:
    """Raise PlanRefused if a step of the plan would reach something outside this process."""
    for step in plan.steps:
        sink = tools[step.tool].sink
        if sink is not None:
            raise PlanRefused(
                f"Step {step.key!r} would act outside ({sink.value}), and a trial never does.",
                fix="Leave the step out, or send the task as a mail.",
            )


def in_thread(run: "Callable[[], T]") -> T:
    """Return what a function gives, called in a thread of its own.

    In a notebook the calling thread has an event loop that runs already, so that no other can.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sampark-lab") as pool:
        return pool.submit(run).result()


def _failed(
    step: Step, number: int, failure: StepFailed, span: tuple[datetime, datetime]
) -> StepRun:
    error = StepError(
        kind=type(failure).__name__,
        message=str(failure),
        transient=isinstance(failure, StepInterrupted),
    )
    return StepRun(
        key=step.key,
        attempt=number,
        status=StepStatus.FAILED,
        started_at=span[0],
        finished_at=span[1],
        error=error,
    )
