"""One call: bounded, checked, recorded in every case, silent about its words when it fails."""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pydantic import BaseModel
from pydantic_ai import exceptions
from pydantic_ai.messages import ModelMessagesTypeAdapter
from pydantic_ai.models import override_allow_model_requests
from pydantic_ai.models.function import FunctionModel

from sampark.errors import ModelFailed
from sampark.llm.call import CallLimits, ask, explain
from sampark.llm.ledger import CallRecord
from sampark.llm.models import from_settings
from sampark.llm.prompt import Prompt
from sampark.testing.scripted import ScriptedCall, ScriptEnded, scripted

SECRET = "the merger is on Monday"


class Sum(BaseModel):
    total: int


@dataclass(frozen=True)
class Add(Prompt, template="add.jinja2"):
    words: str

    def instructions(self) -> str:
        return "Add."

    def input(self) -> str:
        return self.words

    @classmethod
    def source(cls) -> str:
        return "{{ words }}"


def ticking(*times: float) -> Iterator[float]:
    return iter(times).__next__


class Desk:
    """Asks and keeps the records."""

    def __init__(self, script: object) -> None:
        self.models = scripted({"plan": script})
        self.records: list[CallRecord] = []

    async def ask(self, **options: object) -> Sum:
        return await ask(
            options.pop("model", self.models("plan")),
            Add(SECRET),
            Sum,
            role="plan",
            record=self.records.append,
            **options,
        )

    @property
    def record(self) -> CallRecord:
        (record,) = self.records
        return record


async def test_an_answer_is_typed_and_recorded():
    desk = Desk([{"total": 4}])
    assert await desk.ask(timer=ticking(10.0, 12.5)) == Sum(total=4)
    record = desk.record
    assert (record.role, record.model, record.prompt) == ("plan", "scripted-plan", "add")
    assert record.fingerprint == Add.fingerprint()
    assert record.seconds == 2.5
    assert record.input_tokens > 0
    assert record.output_tokens > 0
    assert record.usd is None
    assert (record.requests, record.failure) == (1, "")
    messages = ModelMessagesTypeAdapter.validate_json(record.trace)
    assert SECRET in str(messages[0])
    assert SECRET not in repr(record)


async def test_an_answer_that_does_not_fit_is_given_back():
    desk = Desk([{"total": "four"}, "just text", {"total": 4}])
    assert await desk.ask() == Sum(total=4)
    assert "valid integer" in desk.models.calls[1].correction
    assert desk.record.requests == 3


async def test_a_check_is_given_back_with_its_reasons():
    desk = Desk(lambda call: {"total": 4 if "too small" in call.correction else 3})
    check = lambda answer: ["It is too small."] if answer.total < 4 else []  # noqa: E731
    assert await desk.ask(check=check) == Sum(total=4)


async def test_no_usable_answer_in_the_bound_is_a_failure_without_its_words():
    desk = Desk(lambda _: {"total": SECRET})
    with pytest.raises(ModelFailed, match="no usable answer in 2 attempts") as caught:
        await desk.ask(limits=CallLimits(requests=2))
    assert len(desk.models.calls) == 2
    assert desk.record.failure == "UnexpectedModelBehavior"
    assert desk.record.requests == 2
    assert SECRET in desk.record.trace
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_a_check_that_is_never_content_is_a_failure():
    desk = Desk(lambda _: {"total": 1})
    with pytest.raises(ModelFailed, match="no usable answer"):
        await desk.ask(check=lambda _: [SECRET])


async def test_the_token_limit_holds():
    desk = Desk([{"total": 4}])
    with pytest.raises(ModelFailed, match="limit of 3 requests or 10 tokens"):
        await desk.ask(limits=CallLimits(tokens=10))
    assert desk.record.failure == "UsageLimitExceeded"
    assert desk.record.input_tokens > 10


async def test_a_prompt_that_must_break_the_limit_is_not_sent():
    desk = Desk([])
    with pytest.raises(ModelFailed, match=r"27 characters.* was not asked") as caught:
        await desk.ask(limits=CallLimits(tokens=4))
    assert desk.models.calls == []
    assert desk.records == []
    assert SECRET not in str(caught.value)


async def test_a_slow_model_is_given_up():
    async def sleep(_messages: object, _info: object):
        await asyncio.sleep(30)

    desk = Desk([])
    with pytest.raises(ModelFailed, match=r"no answer within 0\.05 seconds"):
        await desk.ask(
            model=FunctionModel(sleep, model_name="gpt-4o"), limits=CallLimits(seconds=0.05)
        )
    assert desk.record.failure == "RunTimedOut"
    assert desk.record.usd is None


async def test_a_cancelled_call_is_recorded_and_stays_cancelled():
    asked = asyncio.Event()

    async def hang(_messages: object, _info: object):
        asked.set()
        await asyncio.sleep(30)

    desk = Desk([])
    task = asyncio.create_task(desk.ask(model=FunctionModel(hang, model_name="m")))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert desk.record.failure == "CancelledError"


async def test_an_error_that_is_not_the_model_s_passes_and_is_recorded():
    desk = Desk([])
    with pytest.raises(ScriptEnded):
        await desk.ask()
    assert desk.record.failure == "ScriptEnded"


@pytest.mark.parametrize("error", [ConnectionError(SECRET), OSError(SECRET)])
async def test_a_network_that_is_away_is_the_model_s_failure(error: OSError):
    desk = Desk([error])
    with pytest.raises(ModelFailed, match="could not be reached") as caught:
        await desk.ask()
    assert SECRET not in str(caught.value)
    assert desk.record.failure == type(error).__name__


async def test_success_inside_an_error_s_handling_is_still_success():
    desk = Desk([{"total": 4}])
    try:
        int("outer")
    except ValueError:
        assert sys.exception() is not None
        await desk.ask()
    assert desk.record.failure == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.ModelTimeoutError("m", SECRET), "within 90 seconds"),
        (exceptions.ModelConnectionError("m", SECRET), "could not be reached"),
        (exceptions.ModelServerError("m", SECRET), "down or overloaded"),
        (exceptions.ModelQuotaExceededError("m", SECRET), "no credit"),
        (exceptions.ModelContextWindowExceededError("m", SECRET), "that much"),
        (exceptions.ContentFilterError(SECRET, body=SECRET), "content filter"),
        (exceptions.IncompleteToolCall(SECRET), "no usable answer in 3 attempts"),
        (exceptions.UserError(SECRET), "this kind of request"),
        (exceptions.AgentRunError(SECRET), "failed"),
        (exceptions.ModelHTTPError(418, "m", body=SECRET), "HTTP 418"),
    ],
)
def test_each_kind_of_failure_has_its_words_and_none_of_the_call_s(error: Exception, words: str):
    failed = explain(error, model="m", role="plan", limits=CallLimits())
    assert words in str(failed)
    assert "The model m for the role 'plan'" in failed.problem
    assert failed.fix
    assert SECRET not in str(failed)


async def test_a_role_s_scripted_function_sees_instructions_and_input():
    seen: list[ScriptedCall] = []

    def answer(call: ScriptedCall):
        seen.append(call)
        return Sum(total=4)

    await Desk(answer).ask()
    assert (seen[0].instructions, seen[0].input) == ("Add.", SECRET)


class Server:
    """A server that speaks the OpenAI chat API on loopback, with one answer to everything."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                outer.requests.append(json.loads(self.rfile.read(length)))
                outer.keys.append(self.headers["authorization"])
                body = json.dumps(outer.body()).encode()
                self.send_response(outer.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.send_header("x-should-retry", "false")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def body(self) -> dict[str, object]:
        if self.status != 200:
            return {"error": {"message": f"refused: {SECRET}", "type": "x", "code": "y"}}
        function = {"name": "final_result", "arguments": '{"total": 4}'}
        call = {"id": "c1", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        return {
            "id": "r1",
            "object": "chat.completion",
            "created": 1_770_000_000,
            "model": "gpt-4o",
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25},
        }


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


async def test_an_openai_compatible_server_is_asked_through_the_settings(server: Server):
    factory = from_settings(
        {"plan": f"openai-compatible:gpt-4o@{server.url}"}, keys={"openai-compatible": "k-1"}
    )
    desk = Desk([])
    model = factory("plan")
    with override_allow_model_requests(True):
        async with model:
            assert await desk.ask(model=model) == Sum(total=4)
    (request,) = server.requests
    assert server.keys == ["Bearer k-1"]
    assert request["model"] == "gpt-4o"
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert request["tools"][0]["function"]["name"] == "final_result"
    assert (desk.record.input_tokens, desk.record.output_tokens) == (20, 5)
    assert desk.record.usd is None  # a local model has no price, whatever it calls itself


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, r"API key is missing or wrong \(HTTP 401\)"),
        (404, r"not known to its provider \(HTTP 404\)|cannot answer .*HTTP 404"),
        (429, r"too often \(HTTP 429\)"),
        (400, r"this kind of request \(HTTP 400\)"),
        (500, r"overloaded \(HTTP 500\)"),
        (503, r"overloaded \(HTTP 503\)"),
    ],
)
async def test_a_server_s_refusal_is_told_without_its_words(
    server: Server, status: int, words: str
):
    server.status = status
    model = from_settings({"plan": f"openai-compatible:m@{server.url}"})("plan")
    desk = Desk([])
    with override_allow_model_requests(True):
        async with model:
            with pytest.raises(ModelFailed, match=words) as caught:
                await desk.ask(model=model)
    assert SECRET not in str(caught.value)
    assert desk.record.failure
    assert desk.record.usd is None


async def test_a_real_model_is_refused_in_tests(server: Server):
    model = from_settings({"plan": f"openai-compatible:m@{server.url}"})("plan")
    with pytest.raises(RuntimeError, match="not allowed"):
        await Desk([]).ask(model=model)
    assert server.requests == []
