"""The scheduler: steps whose needs are met start at once, failures spread as the plan says.

It knows no engine. A durable one passes its own step runner and its own `wait`; then the order of
calls here is what a replay repeats: steps are started in plan order, each task awaits the runner
exactly once, and nothing else is awaited but `wait`. There is no clock and no randomness.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Protocol

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, Step
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.errors import PlanRefused

RunOne = Callable[[Step], Awaitable[StepRun]]
NOTHING_DONE: Mapping[StepKey, StepRun] = {}
STOPPED = "stopped"  # the error kind of a step that ended because the requester said stop
SKIPPED = "skipped"  # the error kind of a step that was never tried


class Wait(Protocol):
    """The shape of `asyncio.wait`, and of a durable engine's version of it."""

    async def __call__(
        self, fs: "list[asyncio.Future[StepRun]]", /, *, return_when: str
    ) -> "tuple[AbstractSet[asyncio.Future[StepRun]], AbstractSet[asyncio.Future[StepRun]]]":
        """Return the finished and the pending ones."""
        ...


async def run_plan(
    plan: Plan,
    run_one: RunOne,
    *,
    wait: Wait = asyncio.wait,
    done: Mapping[StepKey, StepRun] = NOTHING_DONE,
) -> dict[StepKey, StepRun]:
    """Run a plan's steps, each once and after its needs; return every step's outcome in plan order.

    A step that does not end as `done` is handled by its `on_failure`:

    - `skip`: all that needs it is skipped, the rest goes on.
    - `stop`: nothing new starts, running steps finish, the rest is skipped.
    - `replan`: as `stop`, but the rest stays `queued` with attempt 0: the frontier to plan again.

    A run whose error kind is "stopped" (the requester said stop) acts as `stop` whatever the plan
    says. A step that `run_one` returns as skipped takes its dependants with it and stops nothing.

    Args:
        plan: A compiled plan.
        run_one: Makes all attempts at one step and returns the last. What it raises is a defect:
            running steps are cancelled and the exception goes to the caller.
        wait: `asyncio.wait`, or an engine's durable version.
        done: Outcomes of an earlier run of this or a former version; a step that is `done` there
            keeps its value and does not run again, any other outcome is ignored.

    Raises:
        PlanRefused: Two steps share a key, a step needs one that is not there, or needs go round.
    """
    board = Board(plan, done)
    running: dict[asyncio.Future[StepRun], Step] = {}
    try:
        while True:
            for step in board.startable():
                running[asyncio.ensure_future(run_one(step))] = step
            if not running:
                return board.outcomes()
            finished, _ = await wait(list(running), return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in running if task in finished]:
                board.record(running.pop(task), task.result())
    finally:
        await _cancel(running)


async def _cancel(tasks: Collection[asyncio.Future[StepRun]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(list(tasks))
    for task in tasks:
        # An exception nobody looks at is logged as lost; the first one is on its way already.
        if not task.cancelled():
            task.exception()


@dataclass(frozen=True)
class Halt:
    """Why nothing new starts: the step that ended badly, or during which stop was asked."""

    step: Step
    on_request: bool
    replan: bool


class Board:
    """Where each step of one run stands. Total work is proportional to steps plus references."""

    def __init__(self, plan: Plan, done: Mapping[StepKey, StepRun]) -> None:
        self._steps = plan.steps
        self._place = {step.key: place for place, step in enumerate(plan.steps)}
        self._needs = {step.key: step.needs for step in plan.steps}
        self._refuse_broken()
        self._runs = {
            key: run
            for key, run in done.items()
            if key in self._place and run.status is StepStatus.DONE
        }
        self._dependants: dict[StepKey, list[StepKey]] = {key: [] for key in self._place}
        self._missing: dict[StepKey, int] = {}
        self._ready: list[int] = []
        self._halt: Halt | None = None
        self._list_needs()

    def startable(self) -> list[Step]:
        """Return the steps that became ready since the last call, in plan order."""
        steps: list[Step] = []
        while self._ready and self._halt is None:
            steps.append(self._steps[heappop(self._ready)])
        return steps

    def record(self, step: Step, run: StepRun) -> None:
        """Note how a step ended, and what follows for the steps that need it."""
        self._runs[step.key] = run
        stopped = run.error is not None and run.error.kind == STOPPED
        failed = run.status not in {StepStatus.DONE, StepStatus.SKIPPED}
        replan = failed and not stopped and step.on_failure == "replan"
        if run.status is StepStatus.DONE:
            self._release(step.key)
        elif not replan:
            self._skip_dependants(step)
        if stopped or replan or (failed and step.on_failure == "stop"):
            self._stop(Halt(step=step, on_request=stopped, replan=replan))

    def outcomes(self) -> dict[StepKey, StepRun]:
        """Return every step's outcome in plan order; those never tried have attempt 0."""
        return {step.key: self._runs.get(step.key) or self._untried(step) for step in self._steps}

    def _refuse_broken(self) -> None:
        if len(self._place) != len(self._steps):
            raise PlanRefused("Two steps of the plan share a key.", fix="Give each step its own.")
        for key, needs in self._needs.items():
            for need in sorted(needs - self._place.keys()):
                raise PlanRefused(f"Step {key!r} needs {need!r}, which the plan does not have.")
        _refuse_cycle(self._needs)

    def _list_needs(self) -> None:
        for step in self._steps:
            if step.key in self._runs:
                continue
            open_needs = self._needs[step.key] - self._runs.keys()
            self._missing[step.key] = len(open_needs)
            for need in open_needs:
                self._dependants[need].append(step.key)
            if not open_needs:
                heappush(self._ready, self._place[step.key])

    def _release(self, key: StepKey) -> None:
        for dependant in self._dependants[key]:
            self._missing[dependant] -= 1
            if not self._missing[dependant] and dependant not in self._runs:
                heappush(self._ready, self._place[dependant])

    def _skip_dependants(self, step: Step) -> None:
        reason = f"It needs “{step.title}”, which did not end well."
        fallen = list(self._dependants[step.key])
        while fallen:
            key = fallen.pop()
            if key not in self._runs:
                self._runs[key] = _skipped(key, SKIPPED, reason)
                fallen.extend(self._dependants[key])

    def _stop(self, halt: Halt) -> None:
        # Of several failures the one that forbids more decides: stop beats replan.
        if self._halt is None or (self._halt.replan and not halt.replan):
            self._halt = halt

    def _untried(self, step: Step) -> StepRun:
        if self._halt is None or self._halt.replan:
            return StepRun(key=step.key, attempt=0, status=StepStatus.QUEUED)
        if self._halt.on_request:
            return _skipped(step.key, STOPPED, "The task was stopped before this step began.")
        failed = self._halt.step.title
        return _skipped(step.key, SKIPPED, f"Nothing new began after “{failed}” failed.")


def _skipped(key: StepKey, kind: str, reason: str) -> StepRun:
    error = StepError(kind=kind, message=reason)
    return StepRun(key=key, attempt=0, status=StepStatus.SKIPPED, error=error)


def _refuse_cycle(needs: Mapping[StepKey, frozenset[StepKey]]) -> None:
    missing = {key: len(needed) for key, needed in needs.items()}
    dependants: dict[StepKey, list[StepKey]] = {key: [] for key in needs}
    for key, needed in needs.items():
        for need in needed:
            dependants[need].append(key)
    ready = [key for key, count in missing.items() if not count]
    while ready:
        for dependant in dependants[ready.pop()]:
            missing[dependant] -= 1
            if not missing[dependant]:
                ready.append(dependant)
    for key, count in missing.items():
        if count:
            raise PlanRefused(f"Step {key!r} needs itself, directly or by way of others.")
