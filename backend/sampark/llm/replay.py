"""A model whose answers may come from the response cache.

A request is known by what the model would read: messages without ids and times, settings, schemas,
the model and its address, and the repeat index that lets an experiment ask the same thing again.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition
from pydantic_core import PydanticSerializationError, to_jsonable_python

from sampark.domain.base import Frozen, canonical_json, fingerprint
from sampark.errors import ModelFailed, SettingsError, StoreError
from sampark.llm.cache import CacheMode, ResponseCache
from sampark.llm.ledger import CACHE_MARK

SCHEMA = 1
"""The version of key and value; a change makes every stored answer unknown."""

VOLATILE = frozenset(
    {
        "timestamp",
        "run_id",
        "conversation_id",
        "id",
        "provider_name",
        "provider_details",
        "provider_url",
        "provider_response_id",
        "usage",
        "metadata",
        "history_digest",
        "workspace_ref",
        "failed_attempts",
        "finish_reason",
        "model_name",
        "state",
    }
)
"""Fields of messages and their parts that differ between equal requests or are never sent."""

TRANSPORT = frozenset({"timeout", "request_timeout", "max_retries", "extra_headers"})
"""Settings that say how to send a request, not what; headers may carry keys."""

_RESPONSE = TypeAdapter(ModelResponse)
_STORABLE = frozenset({None, "stop", "tool_call"})


class Entry(Frozen):
    """A stored answer: what its request was known by, and the response as pydantic-ai writes it."""

    parts: dict[str, str]
    response: JsonValue


class ReplayedModel(WrapperModel):
    """A model behind the response cache.

    Args:
        wrapped: the model that answers what is not stored.
        cache: where answers are stored.
        mode: as `CacheMode` tells.
        repeat: the repeat index of an experiment; 0 for ordinary work.
        tag: the task whose answers these are, for `ResponseCache.evict`.
    """

    def __init__(
        self,
        wrapped: Model,
        cache: ResponseCache,
        *,
        mode: CacheMode,
        repeat: int = 0,
        tag: str = "",
    ) -> None:
        super().__init__(wrapped)
        self.cache = cache
        self.mode: CacheMode = mode
        self.repeat = repeat
        self.tag = tag

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer from the cache, or ask.

        Raises:
            ModelFailed: the mode is replay-only and the answer is not stored.
            StoreError: the stored answer was changed.
        """
        if self.mode == "off":
            return await self.wrapped.request(messages, model_settings, model_request_parameters)
        parts = identity(
            self.wrapped, messages, model_settings, model_request_parameters, repeat=self.repeat
        )
        key = fingerprint({**parts})
        if (stored := await self.cache.get(key)) is not None:
            return _replayed(stored)
        if self.mode == "replay-only":
            raise await self._missing(parts)
        response = await self.wrapped.request(messages, model_settings, model_request_parameters)
        if self.mode == "record" and _storable(response):
            await self.cache.set(key, _entry(parts, response), tag=self.tag)
        return response

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[object] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Stream past the cache when it is off; raises SettingsError otherwise."""
        if self.mode != "off":
            raise SettingsError(
                "The response cache stores whole answers and cannot stream.",
                fix="Ask without streaming, or turn the cache off.",
            )
        async with self.wrapped.request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            yield stream

    async def _missing(self, parts: Mapping[str, str]) -> ModelFailed:
        """Tell which parts differ from the nearest stored request, by name, never their text."""
        known = [_read(value).parts for value in await self.cache.all()]
        nearest = max(known, key=lambda other: len(parts.items() & other.items()), default=None)
        if nearest is None:
            where = "The cache is empty."
        else:
            names = sorted(parts.keys() | nearest.keys())
            changed = [name for name in names if parts.get(name) != nearest.get(name)]
            where = f"The nearest stored request differs in: {', '.join(changed)}."
        return ModelFailed(
            f"The model {self.wrapped.model_name} has no stored answer to this request. {where}",
            fix="Record it first, with the cache mode 'record'.",
        )


def identity(
    model: Model,
    messages: list[ModelMessage],
    settings: ModelSettings | None,
    parameters: ModelRequestParameters,
    *,
    repeat: int = 0,
) -> dict[str, str]:
    """Return what a request is known by: the name of each part and 64 hex digits of its content.

    Ids of tool calls are replaced by their order of appearance, as they are random but tie a
    result to its call.
    """
    sent = {**(model.settings or {}), **(settings or {})}
    told: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "model": [model.system, model.model_name, model.base_url],
        "repeat": repeat,
        "settings": _json({name: sent[name] for name in sent if name not in TRANSPORT}),
        "instructions": _json([part.content for part in parameters.instruction_parts or []]),
        "output": _json(
            [
                parameters.output_mode,
                parameters.output_object,
                parameters.allow_text_output,
                [_tool(tool) for tool in parameters.output_tools],
            ]
        ),
        "tools": [_tool(tool) for tool in parameters.function_tools],
    }
    calls: dict[str, int] = {}
    dumped: list[JsonValue] = ModelMessagesTypeAdapter.dump_python(messages, mode="json")
    for number, message in enumerate(dumped, start=1):
        told[f"message {number}"] = _message(message, calls)
    return {name: fingerprint(content) for name, content in told.items()}


def _message(message: JsonValue, calls: dict[str, int]) -> JsonValue:
    if not isinstance(message, dict):
        return message
    kept = _kept(message, calls)
    if isinstance(parts := message.get("parts"), list):
        kept["parts"] = [_part(part, calls) for part in parts]
    return kept


def _part(part: JsonValue, calls: dict[str, int]) -> JsonValue:
    return _kept(part, calls) if isinstance(part, dict) else part


def _kept(fields: dict[str, JsonValue], calls: dict[str, int]) -> dict[str, JsonValue]:
    kept = {name: item for name, item in fields.items() if name not in VOLATILE}
    if call := kept.get("tool_call_id"):
        kept["tool_call_id"] = calls.setdefault(str(call), len(calls))
    return kept


def _tool(tool: ToolDefinition) -> JsonValue:
    return [tool.name, tool.description, tool.parameters_json_schema, tool.strict]


def _json(value: object) -> JsonValue:
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError:
        raise SettingsError(
            "The settings of this model cannot be told as JSON, so its answers cannot be stored.",
            fix="Turn the response cache off, or use plain values in the model's settings.",
        ) from None


def _storable(response: ModelResponse) -> bool:
    return response.finish_reason in _STORABLE and response.state == "complete"


def _entry(parts: Mapping[str, str], response: ModelResponse) -> bytes:
    kept = replace(response, run_id=None, conversation_id=None, metadata=None, workspace_ref=None)
    entry = Entry(parts={**parts}, response=_RESPONSE.dump_python(kept, mode="json"))
    return canonical_json(entry.model_dump(mode="json")).encode()


def _read(stored: bytes) -> Entry:
    try:
        return Entry.model_validate_json(stored)
    except ValidationError:
        raise _spoiled() from None


def _replayed(stored: bytes) -> ModelResponse:
    try:
        response = _RESPONSE.validate_python(_read(stored).response)
    except ValidationError:
        raise _spoiled() from None
    return replace(response, metadata={CACHE_MARK: True})


def _spoiled() -> StoreError:
    return StoreError(
        "The response cache holds an answer that cannot be read: changed, or of another version.",
        fix="Delete the cache's folder: it only saves repeated calls.",
    )
