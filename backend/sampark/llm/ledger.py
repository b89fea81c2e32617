"""What is kept of every call to a model: who was asked what, how long it took, what it cost."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypedDict

from pydantic import Field
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse

from sampark.domain.base import Frozen
from sampark.llm.models import Role
from sampark.llm.price import usd

CACHE_MARK = "sampark_cached"
"""The key in a response's metadata that says it came from the response cache."""


class CallRecord(Frozen):
    """One call, as it went.

    `model` is the model's name, `prompt` and `fingerprint` tell which prompt. `input_tokens` and
    `output_tokens` are what this call spent; `cached_tokens` is what its answers from the response
    cache had spent when they were new. `usd` is None where any answer has no known price.
    `requests` counts answers, new ones and cached ones. `seconds` are monotonic. `failure` is the
    kind of error, empty when the call succeeded. `trace` is the JSON of all messages: it holds the
    requester's words, so it is stored sealed and never logged.
    """

    role: Role
    model: str
    prompt: str
    fingerprint: str
    input_tokens: int
    output_tokens: int
    usd: Decimal | None
    seconds: float
    requests: int = 0
    cached_tokens: int = 0
    failure: str = ""
    trace: str = Field(default="[]", repr=False)


class Account(TypedDict):
    """The part of a record that is counted from the messages."""

    input_tokens: int
    output_tokens: int
    usd: Decimal | None
    requests: int
    cached_tokens: int
    trace: str


def account(messages: Sequence[ModelMessage], *, failed: bool = False) -> Account:
    """Return tokens, price and trace of the messages of one call.

    A failed call whose last request has no answer may have been billed all the same: its price is
    unknown.
    """
    responses = [message for message in messages if isinstance(message, ModelResponse)]
    fresh = [response for response in responses if not from_cache(response)]
    cached = [response for response in responses if from_cache(response)]
    return Account(
        input_tokens=sum(response.usage.input_tokens for response in fresh),
        output_tokens=sum(response.usage.output_tokens for response in fresh),
        usd=None if failed and messages and messages[-1] not in responses else usd(fresh),
        requests=len(responses),
        cached_tokens=sum(response.usage.total_tokens for response in cached),
        trace=ModelMessagesTypeAdapter.dump_json(list(messages)).decode(),
    )


def from_cache(response: ModelResponse) -> bool:
    """Return whether a response came from the response cache and cost nothing now."""
    return bool((response.metadata or {}).get(CACHE_MARK))
