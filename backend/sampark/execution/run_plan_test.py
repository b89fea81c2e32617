import asyncio
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.domain.base import StepKey
from sampark.domain.plan import OnFailure, Plan, PlanOrigin, Ref, Step
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.errors import PlanRefused
from sampark.execution import run_plan

DONE, FAILED, SKIPPED, QUEUED = (
    StepStatus.DONE,
    StepStatus.FAILED,
    StepStatus.SKIPPED,
    StepStatus.QUEUED,
)


def step(key: str, *needs: str, after=(), on_failure: OnFailure = "stop") -> Step:
    args = {f"in{place}": Ref(step=StepKey(need), field="out") for place, need in enumerate(needs)}
    keys = tuple(StepKey(each) for each in after)
    return Step(
        key=StepKey(key), title=key.title(), tool="t", args=args, after=keys, on_failure=on_failure
    )


def plan(*steps: Step) -> Plan:
    return Plan(goal="g", steps=steps, origin=PlanOrigin(kind="person", name="test"))


def run(key: str, status: StepStatus, kind: str = "failed") -> StepRun:
    error = None if status is DONE else StepError(kind=kind, message="m")
    return StepRun(key=StepKey(key), attempt=1, status=status, error=error)


class Runner:
    """Ends each step as told, after as many turns of the loop as told."""

    def __init__(self, ends=None, kinds=None, turns=None) -> None:
        self.ends, self.kinds, self.turns = ends or {}, kinds or {}, turns or {}
        self.started: list[str] = []
        self.log: list[tuple[str, str]] = []

    async def __call__(self, each: Step) -> StepRun:
        self.started.append(each.key)
        self.log.append(("start", each.key))
        for _ in range(self.turns.get(each.key, 0)):
            await asyncio.sleep(0)
        self.log.append(("end", each.key))
        return run(each.key, self.ends.get(each.key, DONE), self.kinds.get(each.key, "failed"))


def statuses(outcomes) -> dict[str, StepStatus]:
    return {key: outcome.status for key, outcome in outcomes.items()}


async def test_ready_steps_start_at_once_in_plan_order():
    runner = Runner(turns={"a": 3, "b": 1})
    outcomes = await run_plan(
        plan(step("c", "b"), step("a"), step("b"), step("d", "a", "c")), runner
    )
    assert runner.log[:2] == [("start", "a"), ("start", "b")]
    assert runner.started == ["a", "b", "c", "d"]
    assert list(outcomes) == ["c", "a", "b", "d"]
    assert set(statuses(outcomes).values()) == {DONE}


async def test_after_orders_steps_that_share_no_data():
    runner = Runner(turns={"a": 2})
    await run_plan(plan(step("b", after=["a"]), step("a")), runner)
    assert runner.log == [("start", "a"), ("end", "a"), ("start", "b"), ("end", "b")]


async def test_skip_takes_only_dependants_along():
    steps = plan(
        step("a", on_failure="skip"), step("b", "a"), step("c", "b"), step("d"), step("e", "d")
    )
    outcomes = await run_plan(steps, Runner(ends={"a": FAILED}))
    expected = {"a": FAILED, "b": SKIPPED, "c": SKIPPED, "d": DONE, "e": DONE}
    assert statuses(outcomes) == expected
    assert outcomes[StepKey("c")].error == StepError(
        kind="skipped", message="It needs “A”, which did not end well."
    )


async def test_stop_lets_running_steps_finish_and_starts_nothing_new():
    runner = Runner(ends={"a": FAILED}, turns={"b": 5})
    outcomes = await run_plan(plan(step("a"), step("b"), step("c", "b"), step("d", "a")), runner)
    assert statuses(outcomes) == {"a": FAILED, "b": DONE, "c": SKIPPED, "d": SKIPPED}
    assert runner.started == ["a", "b"]
    assert "“A” failed" in outcomes[StepKey("c")].error.message


async def test_replan_leaves_the_frontier_queued():
    steps = plan(step("a", on_failure="replan"), step("b"), step("c", "a"), step("d", "b"))
    outcomes = await run_plan(steps, Runner(ends={"a": FAILED}, turns={"b": 3}))
    assert statuses(outcomes) == {"a": FAILED, "b": DONE, "c": QUEUED, "d": QUEUED}
    assert outcomes[StepKey("c")].attempt == 0


async def test_stop_beats_replan_when_both_happen():
    steps = plan(step("a", on_failure="replan"), step("b"), step("c", "b"))
    outcomes = await run_plan(steps, Runner(ends={"a": FAILED, "b": FAILED}, turns={"b": 3}))
    assert statuses(outcomes)["c"] is SKIPPED


@pytest.mark.parametrize("on_failure", ["skip", "stop", "replan"])
async def test_a_stop_request_ends_the_run_whatever_the_step_says(on_failure):
    steps = plan(step("a", on_failure=on_failure), step("b", "a"), step("c"), step("d", "c"))
    runner = Runner(ends={"a": FAILED}, kinds={"a": "stopped"}, turns={"c": 4})
    outcomes = await run_plan(steps, runner)
    assert outcomes[StepKey("d")].error.kind == "stopped"
    assert runner.started == ["a", "c"]


async def test_a_skipped_step_skips_its_dependants_and_stops_nothing():
    steps = plan(step("a", on_failure="replan"), step("b", "a"), step("c"), step("d", "c"))
    outcomes = await run_plan(steps, Runner(ends={"a": SKIPPED}))
    assert statuses(outcomes) == {"a": SKIPPED, "b": SKIPPED, "c": DONE, "d": DONE}


async def test_done_steps_keep_their_outcome_and_do_not_run_again():
    runner = Runner()
    kept = run("a", DONE)
    done = {StepKey("a"): kept, StepKey("b"): run("b", FAILED), StepKey("old"): run("old", DONE)}
    outcomes = await run_plan(plan(step("a"), step("b", "a"), step("c", "b")), runner, done=done)
    assert outcomes[StepKey("a")] is kept
    assert runner.started == ["b", "c"]
    assert list(outcomes) == ["a", "b", "c"]


async def test_a_plan_without_steps_ends_at_once():
    assert await run_plan(plan(), Runner()) == {}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((step("a"), step("a")), "share a key"),
        ((step("a", "z"),), "needs 'z'"),
        ((step("a", "b"), step("b", "a")), "needs itself"),
        ((step("a", "a"),), "needs itself"),
    ],
)
async def test_a_plan_that_cannot_run_is_refused(steps, words):
    with pytest.raises(PlanRefused, match=words):
        await run_plan(plan(*steps), Runner())


async def test_a_defect_in_the_runner_cancels_the_rest_and_is_told():
    ended: list[str] = []

    async def broken(each: Step) -> StepRun:
        if each.key == "a":
            raise LookupError("defect")
        try:
            await asyncio.sleep(30)
        finally:
            ended.append(each.key)
        raise AssertionError

    with pytest.raises(LookupError, match="defect"):
        await run_plan(plan(step("a"), step("b")), broken)
    assert ended == ["b"]


async def test_the_wait_is_the_only_other_thing_awaited():
    waits: list[tuple[int, str]] = []

    async def wait(fs, *, return_when):
        waits.append((len(fs), return_when))
        return await asyncio.wait(fs, return_when=return_when)

    await run_plan(plan(step("a"), step("b", "a"), step("c", "a")), Runner(), wait=wait)
    assert waits[0] == (1, asyncio.FIRST_COMPLETED)
    assert sum(count for count, _ in waits) <= 4


async def test_a_replay_of_recorded_wakes_repeats_the_calls():
    steps = plan(
        *(step(str(n), *(str(m) for m in range(n) if (n + m) % 3 == 0)) for n in range(30))
    )
    recorded: list[list[int]] = []

    async def record(fs, *, return_when):
        done, pending = await asyncio.wait(fs, return_when=return_when)
        recorded.append([place for place, task in enumerate(fs) if task in done])
        return done, pending

    async def replay(fs, *, return_when):
        wanted = {fs[place] for place in recorded.pop(0)}
        await asyncio.wait(wanted)
        return wanted, set(fs) - wanted

    first = Runner(turns={str(n): (n * 7) % 5 for n in range(30)})
    await run_plan(steps, first, wait=record)
    second = Runner(turns={str(n): (n * 3) % 4 for n in range(30)})
    await run_plan(steps, second, wait=replay)
    assert first.started == second.started


@st.composite
def dags(draw) -> tuple[Plan, dict[str, StepStatus], dict[str, int]]:
    count = draw(st.integers(1, 14))
    order = draw(st.permutations(range(count)))
    steps, ends, turns = [], {}, {}
    for place, number in enumerate(order):
        earlier = [f"s{each}" for each in order[:place]]
        needs = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
        split = draw(st.integers(0, len(needs)))
        how = draw(st.sampled_from(["skip", "stop", "replan"]))
        steps.append(step(f"s{number}", *needs[:split], after=needs[split:], on_failure=how))
        ends[f"s{number}"] = draw(st.sampled_from([DONE, DONE, DONE, FAILED]))
        turns[f"s{number}"] = draw(st.integers(0, 4))
    shuffled = draw(st.permutations(steps))
    return plan(*shuffled), ends, turns


@settings(max_examples=80, deadline=None)
@given(dags())
def test_any_graph_runs_each_step_once_after_its_needs(drawn):
    graph, ends, turns = drawn
    runner = Runner(ends=ends, turns=turns)
    outcomes = asyncio.run(run_plan(graph, runner))
    by_key = {each.key: each for each in graph.steps}
    assert list(outcomes) == [each.key for each in graph.steps]
    assert all(count == 1 for count in Counter(runner.started).values())
    for key in runner.started:
        for need in by_key[key].needs:
            assert runner.log.index(("end", need)) < runner.log.index(("start", key))
            assert ends[need] is DONE
    failures = [key for key in runner.started if ends[key] is FAILED]
    stops = [key for key in failures if by_key[key].on_failure == "stop"]
    replans = [key for key in failures if by_key[key].on_failure == "replan"]
    for key, outcome in outcomes.items():
        if key in runner.started:
            assert outcome.status is ends[key]
        elif stops or not replans:
            assert outcome.status is SKIPPED
        else:
            assert outcome.status in {QUEUED, SKIPPED}
    if not failures:
        assert set(statuses(outcomes).values()) == {DONE}
    if failures and not stops and not replans:
        assert all(
            outcome.status is not SKIPPED or _has_failed_ancestor(by_key, key, set(failures))
            for key, outcome in outcomes.items()
        )


def _has_failed_ancestor(by_key, key, failures) -> bool:
    return any(
        need in failures or _has_failed_ancestor(by_key, need, failures)
        for need in by_key[key].needs
    )


async def test_many_steps_cost_time_by_edges_not_by_pairs():
    rng = random.Random(7)
    steps = [
        step(f"s{n}", *{f"s{rng.randrange(max(0, n - 60), n)}" for _ in range(3)} if n else ())
        for n in range(1500)
    ]
    outcomes = await run_plan(plan(*steps), Runner())
    assert set(statuses(outcomes).values()) == {DONE}
