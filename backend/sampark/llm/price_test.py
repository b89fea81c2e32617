"""A price is known or unknown, never guessed."""

from decimal import Decimal

import pytest
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.usage import RequestUsage

from sampark.llm.price import usd

USAGE = RequestUsage(input_tokens=1_000_000, output_tokens=1_000)


def answer(model: str | None, provider: str | None = None, url: str | None = None) -> ModelResponse:
    return ModelResponse(
        [TextPart("x")], usage=USAGE, model_name=model, provider_name=provider, provider_url=url
    )


def test_a_known_model_is_priced_exactly():
    one = usd([answer("gpt-4o", "openai")])
    assert one == Decimal("2.51")  # 2.50 USD a million in, 10 USD a million out
    assert usd([answer("gpt-4o", "openai")] * 2) == one * 2


def test_no_answer_costs_nothing():
    assert usd([]) == 0


@pytest.mark.parametrize(
    "response",
    [
        answer(None),
        answer("scripted-plan"),
        answer("gpt-4o", "local", "http://127.0.0.1:11434/v1/"),
    ],
)
def test_an_unknown_price_makes_the_sum_unknown(response: ModelResponse):
    assert usd([answer("gpt-4o", "openai"), response]) is None
