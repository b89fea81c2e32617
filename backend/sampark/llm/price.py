"""What one answer of a model cost."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic_ai.messages import ModelResponse


def usd(responses: Iterable[ModelResponse]) -> Decimal | None:
    """Return the price of responses in USD, or None when any of them has no known price.

    Prices are those of genai-prices, by provider, model, day and token counts. A local model, a
    proxy and a scripted model have none: None means unknown, never free.
    """
    total = Decimal(0)
    for response in responses:
        price = _price(response)
        if price is None:
            return None
        total += price
    return total


def _price(response: ModelResponse) -> Decimal | None:
    if not response.model_name:
        return None
    try:
        return response.cost().total_price
    except (LookupError, ValueError):  # unknown model; a response that told no usage
        return None
