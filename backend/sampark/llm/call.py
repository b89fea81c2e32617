"""One question to one model: no tools, bounded, recorded whatever happens.

A call is one durable step. Whoever stores the record adds the task and the moment.
"""

import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import Field
from pydantic_ai import Agent, ModelRetry, capture_run_messages, exceptions
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from sampark.domain.base import Frozen
from sampark.errors import ModelFailed
from sampark.llm.ledger import CallRecord, account
from sampark.llm.models import Role
from sampark.llm.prompt import Prompt

Out = TypeVar("Out")


class CallLimits(Frozen):
    """The bounds of one call.

    `requests` counts the first question and the corrections after an unusable answer. `tokens` are
    of input and output together over all requests; `answer_tokens` of one answer, with the
    thinking of models that think. `seconds` run over all requests.
    """

    requests: int = Field(default=3, ge=1)
    tokens: int = Field(default=60_000, ge=1)
    answer_tokens: int = Field(default=12_000, ge=1)
    seconds: float = Field(default=90.0, gt=0)


LIMITS = CallLimits()

CHARACTERS_PER_TOKEN = 6
"""More than a token of English holds (about 4, by OpenAI's figure): a prompt longer than this times
the token limit breaks it for sure, and providers tell so only after they billed it."""


async def ask(  # noqa: PLR0913 - the options of one call, keyword-only
    model: Model,
    prompt: Prompt,
    output_type: type[Out],
    *,
    role: Role,
    record: Callable[[CallRecord], None],
    limits: CallLimits = LIMITS,
    check: Callable[[Out], Sequence[str]] | None = None,
    timer: Callable[[], float] = time.monotonic,
) -> Out:
    """Return the model's answer as an `output_type`.

    Args:
        model: who is asked.
        prompt: what is asked.
        output_type: a pydantic model; an answer that does not fit is given back with the reasons.
        role: for the record.
        record: receives exactly one CallRecord, also when the call fails or is cancelled.
        limits: bounds in requests, tokens and seconds.
        check: returns what is wrong with a fitting answer, each a sentence for the model; the
            answer is given back with them.
        timer: monotonic seconds.

    Raises:
        ModelFailed: no answer, or none that can be used, within the limits. The message tells
            neither prompt nor answer; both are in the record's trace. A prompt that must break
            the token limit is refused unasked and so has no record.
    """
    _refuse_too_long(model, prompt, role=role, limits=limits)
    agent = _agent(model, prompt, output_type, role=role, limits=limits, check=check)
    begun, failure, answered = timer(), "", False
    with capture_run_messages() as messages:
        try:
            answer = await agent.run(
                prompt.input(), usage_limits=_usage(limits), timeout=limits.seconds
            )
        except (exceptions.AgentRunError, exceptions.UserError, OSError) as error:
            failure = type(error).__name__
            # The provider's error quotes the request, so it must not travel with ours.
            raise explain(error, model=model.model_name, role=role, limits=limits) from None
        else:
            answered = True
            return answer.output
        finally:
            if not answered:
                failure = failure or _in_flight()
            seconds = timer() - begun
            record(_record(model, prompt, messages, role=role, seconds=seconds, failure=failure))


def explain(error: Exception, *, model: str, role: Role, limits: CallLimits) -> ModelFailed:
    """Return our error for a provider's: what happened and the fix, no text of the call."""
    words, fix = next((words, fix) for kinds, words, fix in _FAILURES if isinstance(error, kinds))
    status = f" (HTTP {error.status_code})" if isinstance(error, exceptions.ModelHTTPError) else ""
    told = words.format(
        seconds=f"{limits.seconds:g}", tokens=limits.tokens, requests=limits.requests
    )
    return ModelFailed(f"The model {model} for the role {role!r} {told}{status}.", fix=fix)


def _refuse_too_long(model: Model, prompt: Prompt, *, role: Role, limits: CallLimits) -> None:
    length = len(prompt.instructions()) + len(prompt.input())
    if length > limits.tokens * CHARACTERS_PER_TOKEN:
        raise ModelFailed(
            f"The prompt for the role {role!r} has {length} characters, more than the limit of "
            f"{limits.tokens} tokens allows. The model {model.model_name} was not asked.",
            fix="Send a shorter mail, or raise the limit.",
        )


def _agent(
    model: Model,
    prompt: Prompt,
    output_type: type[Out],
    *,
    role: Role,
    limits: CallLimits,
    check: Callable[[Out], Sequence[str]] | None,
) -> Agent[object, Out]:
    agent = Agent(
        model,
        output_type=output_type,
        instructions=prompt.instructions(),
        name=role,
        retries={"tools": 0, "output": limits.requests - 1},
        model_settings=ModelSettings(max_tokens=limits.answer_tokens),
    )
    if check is not None:
        agent.output_validator(_verifier(check))
    return agent


def _usage(limits: CallLimits) -> UsageLimits:
    return UsageLimits(request_limit=limits.requests, total_tokens_limit=limits.tokens)


def _verifier(check: Callable[[Out], Sequence[str]]) -> Callable[[Out], Out]:
    def verify(output: Out) -> Out:
        if problems := check(output):
            raise ModelRetry("\n".join(problems))
        return output

    return verify


def _record(
    model: Model,
    prompt: Prompt,
    messages: Sequence[ModelMessage],
    *,
    role: Role,
    seconds: float,
    failure: str,
) -> CallRecord:
    return CallRecord(
        role=role,
        model=model.model_name,
        prompt=prompt.name(),
        fingerprint=prompt.fingerprint(),
        seconds=seconds,
        failure=failure,
        **account(messages, failed=bool(failure)),
    )


def _in_flight() -> str:
    error = sys.exception()
    return "" if error is None else type(error).__name__


_AGAIN = "Ask again later; nothing was lost."
_FAILURES: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (TimeoutError, exceptions.ModelTimeoutError, exceptions.ModelRequestTimeout),
        "gave no answer within {seconds} seconds",
        "Ask again, raise the limit, or name a faster model.",
    ),
    (
        (exceptions.ModelAuthenticationError,),
        "was refused by its provider: the API key is missing or wrong",
        "Set the key of this provider.",
    ),
    (
        (exceptions.ModelNotFoundError,),
        "is not known to its provider",
        "Check the model's name in the settings.",
    ),
    (
        (exceptions.ModelQuotaExceededError,),
        "was refused by its provider: the account has no credit left",
        "Top up the account, or name another model.",
    ),
    ((exceptions.ModelRateLimitError,), "is asked too often", _AGAIN),
    (
        (exceptions.ModelConnectionError, OSError),
        "could not be reached",
        "Check the network and the address of the model's server.",
    ),
    (
        (exceptions.ModelUnavailableError, exceptions.ModelServerError),
        "is down or overloaded",
        _AGAIN,
    ),
    (
        (exceptions.ModelContextWindowExceededError,),
        "cannot read that much at once",
        "Send a shorter mail, or name a model with a larger context window.",
    ),
    (
        (exceptions.UsageLimitExceeded,),
        "reached the limit of {requests} requests or {tokens} tokens",
        "Raise the limit, or ask for less at once.",
    ),
    (
        (exceptions.ContentFilterError,),
        "declined: its provider's content filter stopped the answer",
        "Word the request differently, or name another model.",
    ),
    (
        (exceptions.UnexpectedModelBehavior,),
        "gave no usable answer in {requests} attempts",
        "Ask again in other words, or name a more capable model.",
    ),
    (
        (exceptions.UserError, exceptions.ModelRequestRejectedError),
        "cannot answer this kind of request",
        "Name a model that supports tool calls.",
    ),
    ((Exception,), "failed", _AGAIN),
)
