"""Whatever the model would read differently makes another request; nothing else does."""

from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.settings import ModelSettings

from sampark.errors import ModelFailed, SettingsError, StoreError
from sampark.llm.cache import CacheMode, ResponseCache
from sampark.llm.ledger import account
from sampark.llm.replay import ReplayedModel, identity
from sampark.testing.scripted import ScriptedCall, scripted


class Sum(BaseModel):
    total: int


class Difference(BaseModel):
    total: int


@pytest.fixture
def cache(tmp_path: Path):
    opened = ResponseCache.open(tmp_path / "responses")
    yield opened
    opened.close()


def corrected(call: ScriptedCall):
    return {"total": 4} if call.correction else {"total": "four"}


class Bench:
    """A scripted model behind a cache, asked through an agent."""

    def __init__(self, cache: ResponseCache, script: object = corrected) -> None:
        self.cache = cache
        self.models = scripted({"plan": script})

    async def ask(
        self,
        question: str = "2 + 2?",
        *,
        mode: CacheMode = "record",
        repeat: int = 0,
        output: type[BaseModel] = Sum,
        settings: ModelSettings | None = None,
        instructions: str = "Add.",
    ):
        model = ReplayedModel(
            self.models("plan"), self.cache, mode=mode, repeat=repeat, tag="task-1"
        )
        agent = Agent(
            model,
            output_type=output,
            instructions=instructions,
            retries={"output": 2},
            model_settings=settings,
        )
        return await agent.run(question)

    @property
    def asked(self) -> int:
        return len(self.models.calls)


async def test_the_same_run_is_answered_without_the_model_also_after_a_correction(
    cache: ResponseCache,
):
    bench = Bench(cache)
    first = await bench.ask()
    assert bench.asked == 2
    again = await bench.ask()
    assert bench.asked == 2
    assert again.output == first.output == Sum(total=4)


async def test_an_answer_from_the_cache_costs_nothing_but_tells_what_it_had_cost(
    cache: ResponseCache,
):
    bench = Bench(cache)
    fresh = account((await bench.ask()).all_messages())
    assert fresh["input_tokens"] > 0
    assert fresh["usd"] is None
    stored = account((await bench.ask()).all_messages())
    assert (stored["input_tokens"], stored["output_tokens"], stored["usd"]) == (0, 0, 0)
    assert stored["cached_tokens"] == fresh["input_tokens"] + fresh["output_tokens"]
    assert stored["requests"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"question": "2 + 3?"},
        {"instructions": "Add well."},
        {"output": Difference},
        {"repeat": 1},
        {"settings": ModelSettings(temperature=0.5)},
    ],
)
async def test_another_request_is_asked(cache: ResponseCache, change: dict[str, object]):
    bench = Bench(cache)
    await bench.ask()
    before = bench.asked
    await bench.ask(**change)
    assert bench.asked > before


async def test_how_a_request_is_sent_does_not_matter(cache: ResponseCache):
    bench = Bench(cache)
    await bench.ask()
    before = bench.asked
    await bench.ask(settings=ModelSettings(timeout=3, extra_headers={"x-key": "k"}))
    assert bench.asked == before


async def test_another_model_is_asked(cache: ResponseCache):
    await Bench(cache).ask()
    other = Bench(cache)
    other.models = scripted({"plan": corrected}, name="other")
    await other.ask()
    assert other.asked == 2


async def test_off_neither_reads_nor_writes_and_read_does_not_write(cache: ResponseCache):
    bench = Bench(cache)
    await bench.ask(mode="off")
    await bench.ask(mode="read")
    assert await cache.all() == []
    await bench.ask(mode="record")
    assert bench.asked == 6
    await bench.ask(mode="read")
    assert bench.asked == 6
    await bench.ask(mode="off")
    assert bench.asked == 8


async def test_replay_only_never_asks(cache: ResponseCache):
    bench = Bench(cache)
    with pytest.raises(ModelFailed, match="The cache is empty"):
        await bench.ask(mode="replay-only")
    await bench.ask()
    asked = bench.asked
    assert (await bench.ask(mode="replay-only")).output == Sum(total=4)
    with pytest.raises(ModelFailed, match=r"differs in: message 1, repeat\.") as caught:
        await bench.ask("secret words", mode="replay-only", repeat=2)
    assert bench.asked == asked
    assert "secret" not in str(caught.value)


async def test_a_task_s_answers_can_be_forgotten(cache: ResponseCache):
    await Bench(cache).ask()
    assert await cache.evict("task-1") == 2


@pytest.mark.parametrize("reason", ["length", "content_filter", "error"])
async def test_a_broken_off_answer_is_not_stored(cache: ResponseCache, reason: str):
    def broken(_messages: object, _info: object) -> ModelResponse:
        return ModelResponse([TextPart("half")], finish_reason=reason)

    model = ReplayedModel(FunctionModel(broken), cache, mode="record")
    await model.request([], None, ModelRequestParameters())
    assert await cache.all() == []


def test_ids_do_not_count_but_arguments_named_like_them_do():
    model = FunctionModel(lambda *_: ModelResponse([]), model_name="m")

    def known_by(**arguments: object) -> dict[str, str]:
        call = ToolCallPart("answer", arguments)
        result = ToolReturnPart("answer", "wrong", call.tool_call_id)
        history = [ModelResponse([call], run_id=call.tool_call_id), ModelRequest([result])]
        return identity(model, history, None, ModelRequestParameters())

    assert known_by(id=1, state="a") == known_by(id=1, state="a")
    assert known_by(id=1) != known_by(id=2)
    assert known_by(state="a") != known_by(state="b")


async def test_an_unreadable_entry_is_refused(cache: ResponseCache):
    bench = Bench(cache)
    await bench.ask()
    keys = list(cache._cache.iterkeys())
    for key in keys:
        await cache.set(key, b'{"parts": {}, "response": {"kind": "request"}}')
    with pytest.raises(StoreError, match="cannot be read"):
        await bench.ask()
    for key in keys:
        await cache.set(key, b"\x80\x04.")
    with pytest.raises(StoreError, match="cannot be read"):
        await bench.ask()


async def test_streaming_past_the_cache_is_refused(cache: ResponseCache):
    model = ReplayedModel(Bench(cache).models("plan"), cache, mode="record")
    with pytest.raises(SettingsError, match="stream"):
        async with model.request_stream([], None, ModelRequestParameters()):
            pass


async def test_settings_that_are_not_json_are_named(cache: ResponseCache):
    bench = Bench(cache)
    with pytest.raises(SettingsError, match="settings"):
        await bench.ask(settings=ModelSettings(extra_body=object()))
