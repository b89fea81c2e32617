import asyncio
import threading
from datetime import UTC, datetime

import pytest
from pydantic import AwareDatetime, Field
from structlog.testing import capture_logs

from sampark.domain.base import Frozen, StepKey
from sampark.domain.plan import Ref, Step
from sampark.domain.tool import Handle, Tool
from sampark.domain.value import REQUESTER, File, Origin, Value
from sampark.errors import ParserDown, StepFailed, StepInterrupted, StoreAway, StoreError
from sampark.execution.attempt import attempt
from sampark.execution.bench import MemoryBench

BENCH = MemoryBench.alone(datetime(2024, 5, 1, 9, tzinfo=UTC))
FILE = File(name="a.csv", media_type="text/csv", size=1, sha256="0" * 64)
ATT = Origin(kind="attachment", ref="att1")
WEB = Origin(kind="web", ref="example.com")


class Input(Frozen):
    word: str = "x"
    files: list[File] = []
    times: int = Field(default=1, le=5)
    at: AwareDatetime | None = None
    handle: Handle = ""


class Output(Frozen):
    said: str
    at: AwareDatetime | None = None


def say(given: Input, _bench) -> Output:
    names = "".join(file.name for file in given.files)
    return Output(said=given.word * given.times + names, at=given.at)


def tool(run=say, **options) -> Tool[Input, Output]:
    return Tool(
        name=options.pop("name", "t.say"),
        summary="",
        input=Input,
        output=Output,
        run=run,
        **options,
    )


def step(timeout=5.0, **args) -> Step:
    return Step(key=StepKey("s"), title="Say it", tool="t.say", args=args, timeout=timeout)


def value(data, *origins) -> Value:
    return Value(data=data, origins=frozenset(origins))


async def test_literals_come_from_the_requester():
    found = await attempt(step(word="a", times=2), tool(), {}, BENCH)
    assert found == value({"said": "aa", "at": None}, REQUESTER)


async def test_a_step_without_arguments_comes_from_the_requester():
    assert (await attempt(step(), tool(), {}, BENCH)).origins == frozenset((REQUESTER,))


async def test_references_bring_values_and_origins_also_from_lists():
    values = {
        StepKey("a"): value({"file": FILE.model_dump(mode="json")}, ATT),
        StepKey("b"): value({"word": "w", "at": "2024-01-02T03:04:05+02:00"}, WEB),
    }
    args = {
        "word": Ref(step=StepKey("b"), field="word"),
        "files": (Ref(step=StepKey("a"), field="file"), Ref(step=StepKey("a"), field="file")),
        "at": Ref(step=StepKey("b"), field="at"),
    }
    found = await attempt(step(**args), tool(), values, BENCH)
    assert found.data == {"said": "wa.csva.csv", "at": "2024-01-02T03:04:05+02:00"}
    assert found.origins == {ATT, WEB}


async def test_a_literal_beside_a_reference_adds_the_requester():
    values = {StepKey("b"): value({"word": "w"}, WEB)}
    found = await attempt(
        step(word=Ref(step=StepKey("b"), field="word"), times=2), tool(), values, BENCH
    )
    assert found.origins == {REQUESTER, WEB}


async def test_a_handle_adds_its_attachment():
    found = await attempt(step(handle="att1"), tool(), {}, BENCH)
    assert found.origins == {REQUESTER, ATT}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"times": "many"}, r"“Say it” cannot use its 'times': .*integer.*It takes: word, files"),
        ({"times": 9}, "less than or equal to 5"),
        ({"colour": "red"}, "'colour'"),
        ({"word": Ref(step=StepKey("z"), field="out")}, "step 'z' is not there"),
        ({"word": Ref(step=StepKey("b"), field="out")}, "gives no 'out'.*It gives: word"),
    ],
)
async def test_arguments_that_do_not_fit_are_told(args, words):
    with pytest.raises(StepFailed, match=words) as caught:
        await attempt(step(**args), tool(), {StepKey("b"): value({"word": "secret"}, WEB)}, BENCH)
    assert "many" not in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_plain_function_runs_in_a_thread_and_a_coroutine_on_the_loop():
    seen: list[str] = []

    def plain(given, bench):
        seen.append(threading.current_thread().name)
        return say(given, bench)

    async def waiting(given, bench):
        seen.append(threading.current_thread().name)
        return say(given, bench)

    await attempt(step(), tool(plain), {}, BENCH)
    await attempt(step(), tool(waiting, name="t.wait"), {}, BENCH)
    assert seen == ["tool t.say", "MainThread"]


async def test_what_a_tool_tells_reaches_the_requester_as_it_is():
    def refuse(_given, _bench):
        raise StepFailed("“a.csv” is empty.", fix="Send it again.")

    with pytest.raises(StepFailed, match="^“a.csv” is empty. Send it again.$"):
        await attempt(step(), tool(refuse), {}, BENCH)


async def test_an_unexpected_error_is_told_by_kind_only():
    def broken(_given, _bench):
        raise LookupError("the mail says: my password is hunter2")

    with capture_logs() as logs, pytest.raises(StepFailed) as caught:
        await attempt(step(), tool(broken), {}, BENCH)
    assert str(caught.value) == "“Say it” could not be done: an unexpected problem (LookupError)."
    assert caught.value.__cause__ is None
    assert "hunter2" not in str(logs)
    assert logs[0]["error"] == "LookupError"


@pytest.mark.parametrize("error", [ConnectionResetError("x"), TimeoutError("x")])
async def test_passing_problems_are_worth_another_attempt(error):
    def broken(_given, _bench):
        raise error

    with pytest.raises(StepInterrupted):
        await attempt(step(), tool(broken), {}, BENCH)


@pytest.mark.parametrize("kind", [StoreAway, ParserDown])
async def test_a_bench_that_is_away_is_no_fault_of_the_step(kind):
    def broken(_given, _bench):
        raise kind("It cannot be used at the moment.")

    with pytest.raises(kind):
        await attempt(step(), tool(broken), {}, BENCH)


async def test_a_store_that_refuses_for_good_fails_the_step():
    def broken(_given, _bench):
        raise StoreError("There is no blob of that hash in the store.")

    with pytest.raises(StepFailed, match="StoreError"):
        await attempt(step(), tool(broken), {}, BENCH)


async def test_too_little_memory_is_told():
    def broken(_given, _bench):
        raise MemoryError

    with pytest.raises(StepFailed, match="more memory"):
        await attempt(step(), tool(broken), {}, BENCH)


async def test_a_time_out_interrupts_and_a_late_thread_keeps_its_slot():
    release, running = threading.Event(), threading.Semaphore(0)
    most: list[int] = []
    now = 0

    def slow(given, bench):
        nonlocal now
        now += 1
        most.append(now)
        running.release()
        release.wait(10)
        now -= 1
        raise LookupError("nobody asks any more")

    one = tool(slow, name="t.slow", limit=1)
    with pytest.raises(
        StepInterrupted, match="“Say it” was interrupted. It took longer than the 0.05"
    ):
        await attempt(step(timeout=0.05), one, {}, BENCH)
    second = asyncio.create_task(attempt(step(), one, {}, BENCH))
    await asyncio.sleep(0.05)
    assert most == [1]
    release.set()
    with pytest.raises(StepFailed):
        await second
    assert most == [1, 1]


async def test_a_coroutine_that_takes_too_long_is_cancelled():
    ended = asyncio.Event()

    async def slow(_given, _bench):
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()

    with pytest.raises(StepInterrupted):
        await attempt(step(timeout=0.02), tool(slow, name="t.nap"), {}, BENCH)
    await asyncio.wait_for(ended.wait(), 5)


async def test_no_more_calls_run_at_once_than_the_tool_allows():
    now = most = 0

    async def count(given, bench):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return say(given, bench)

    limited = tool(count, name="t.count", limit=2)
    async with asyncio.TaskGroup() as group:
        for _ in range(7):
            group.create_task(attempt(step(), limited, {}, BENCH))
    assert most == 2
