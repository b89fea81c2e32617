"""The scheduler's cost: a graph of 200 timed steps, durable on SQLite, against plain asyncio.

200 steps, 291 references, 21 levels deep, 33 steps at the widest: with steps of 50 ms the longest
path takes 1,050 ms, and no schedule is faster.
"""

import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dbos import DBOS, SetWorkflowID
from pydantic import BaseModel

from sampark.domain.base import AccountId, GmailId, StepKey, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.plan import Plan, PlanOrigin, Ref, Step
from sampark.domain.policy import Policy
from sampark.domain.ports import Bench, SystemClock
from sampark.domain.run import StepRun, StepStatus
from sampark.domain.task import Task, TaskStatus
from sampark.domain.tool import Tool
from sampark.execution.run_plan import run_plan
from sampark.mailbox.gate import GateSettings
from sampark.storage.serializer import SealingSerializer
from sampark.storage.store import Store
from sampark.storage.vault import Vault
from sampark.workflow import running
from sampark.workflow.engine import Engine
from sampark.workflow.names import RequesterNames
from sampark.workflow.plans import Planned
from sampark.workflow.services import Services, bind

WIDTHS = (1, 4, 8, 12, 16, 20, 33, 20, 16, 12, 10, 8, 7, 6, 5, 5, 4, 4, 3, 3, 3)
STEPS, REFS, DEPTH = sum(WIDTHS), 291, len(WIDTHS)
ACCOUNT = AccountId("bench@example.com")


class NapInput(BaseModel):
    """How long to sleep in seconds, and what to wait for."""

    seconds: float
    after: list[int] = []


class Napped(BaseModel):
    """What a nap gives."""

    done: int


async def _nap(given: NapInput, _bench: Bench) -> Napped:
    await asyncio.sleep(given.seconds)
    return Napped(done=1)


NAP = Tool(name="nap", summary="sleep", input=NapInput, output=Napped, run=_nap, limit=STEPS)


@dataclass(frozen=True)
class Makespan:
    """Runs of the graph, in seconds each: durable and plain, alternating in one process."""

    step: float
    durable: tuple[float, ...]
    plain: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The durable median to the critical path."""
        return statistics.median(self.durable) / (DEPTH * self.step)

    @property
    def plain_ratio(self) -> float:
        """The same for plain asyncio."""
        return statistics.median(self.plain) / (DEPTH * self.step)

    @property
    def overhead(self) -> float:
        """Milliseconds a step that durability costs."""
        return (statistics.median(self.durable) - statistics.median(self.plain)) / STEPS * 1000


def graph(seconds: float) -> Plan:
    """Return the graph, the same at every call, with steps that sleep so long."""
    dice = random.Random(21)
    levels: list[list[StepKey]] = []
    for width in WIDTHS:
        known = sum(len(level) for level in levels)
        levels.append([StepKey(f"step-{known + place}") for place in range(width)])
    needs: dict[StepKey, set[StepKey]] = {key: set() for level in levels for key in level}
    for before, level in itertools.pairwise(levels):
        for key in level:
            needs[key].add(dice.choice(before))
    while sum(map(len, needs.values())) < REFS:
        depth = dice.randrange(2, DEPTH)
        needs[dice.choice(levels[depth])].add(dice.choice(levels[dice.randrange(depth)]))
    steps = tuple(_step(key, sorted(needs[key]), seconds) for level in levels for key in level)
    return Plan(goal="naps", steps=steps, origin=PlanOrigin(kind="person", name="bench"))


def _step(key: StepKey, needs: list[StepKey], seconds: float) -> Step:
    refs = tuple(Ref(step=need, field="done") for need in needs)
    return Step(key=key, title=key, tool=NAP.name, args={"seconds": seconds, "after": refs})


@DBOS.workflow(name="bench.run_graph")
async def run_graph(task: TaskId, planned: Planned) -> TaskStatus:
    """Run a plan as a task's workflow does."""
    return await running.run(task, planned, 0)


def measure(seconds: float, runs: int) -> Makespan:
    """Run the graph durably and plainly in turn; the first of each warms up."""
    with _engine() as (engine, store):
        durable = [_durable(engine, store, number, seconds) for number in range(runs + 1)]
        plain = [_plain(seconds) for _ in range(runs + 1)]
    return Makespan(seconds, tuple(durable[1:]), tuple(plain[1:]))


def _durable(engine: Engine, store: Store, number: int, seconds: float) -> float:
    plan = graph(seconds)
    task = Task(
        id=TaskId(f"task-{number}"),
        account=ACCOUNT,
        thread_id=ThreadId("thread"),
        gmail_id=GmailId("mail"),
        requester=Address(email="you@example.com"),
        goal=plan.goal,
        words="naps",
        asked_at=datetime.now(UTC),
    )
    store.tasks.add(task, TaskStatus.PLANNING)
    store.runs.save_plan(task.id, plan)

    async def run() -> TaskStatus:
        with SetWorkflowID(f"run-{number}"):
            return await run_graph(task.id, Planned(version=1, hash=plan.hash, slow=False))

    began = time.perf_counter()
    ended = engine.call(run())
    taken = time.perf_counter() - began
    done = [run for run in store.runs.steps(task.id) if run.status is StepStatus.DONE]
    assert ended is TaskStatus.DONE
    assert len(done) == STEPS
    return taken


def _plain(seconds: float) -> float:
    async def nap(step: Step) -> StepRun:
        await asyncio.sleep(seconds)
        return StepRun(key=step.key, attempt=1, status=StepStatus.DONE)

    plan = graph(seconds)
    began = time.perf_counter()
    asyncio.run(run_plan(plan, nap))
    return time.perf_counter() - began


@contextmanager
def _engine() -> Generator[tuple[Engine, Store]]:
    with tempfile.TemporaryDirectory() as path:
        home = Path(path)
        vault = Vault.open(home / "master.key", create=True)
        store = Store.open(f"sqlite:///{home / 'sampark.db'}", vault=vault)
        store.accounts.add(ACCOUNT)
        bind(
            Services(
                store=store,
                clock=SystemClock(),
                mailboxes={},
                gate=lambda account: GateSettings(requesters=(), own=(account,)),
                timezone=lambda _: "",
                tools={NAP.name: NAP},
                playbooks=(),
                policy=Policy.default(),
                models=lambda _: None,
                names=RequesterNames(store),
            )
        )
        engine = Engine(f"sqlite:///{home / 'engine.db'}", serializer=SealingSerializer(vault))
        engine.start()
        try:
            yield engine, store
        finally:
            engine.stop()
            store.close()
