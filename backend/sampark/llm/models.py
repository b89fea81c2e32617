"""Which model plays which role: the one place where models are made.

A model string is `provider:name`, as pydantic-ai spells it, or `openai-compatible:NAME@URL` for any
server that speaks the OpenAI chat API, such as Ollama, vLLM or llama.cpp on this machine. The
string is judged at once; the provider's SDK is imported and the client made when the role is first
asked for (the SDKs take 1 to 4 seconds to import).
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, infer_model
from pydantic_ai.providers import infer_provider, infer_provider_class

from sampark.errors import SettingsError

Role = Literal["understand", "plan"]
ModelFactory = Callable[[Role], Model | None]

EXAMPLES = (
    "openai:gpt-5",
    "anthropic:claude-sonnet-4-5",
    "google-gla:gemini-2.5-pro",
    "openai-compatible:qwen3:8b@http://127.0.0.1:11434/v1",
)
"""What an error shows, and what `from_settings` is tested with."""

COMPATIBLE = "openai-compatible"

PROVIDERS: Mapping[str, str] = {
    "anthropic": "anthropic",
    "azure": "azure",
    "bedrock": "bedrock",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "google": "google",
    "google-cloud": "google-cloud",
    "google-gla": "google",
    "google-vertex": "google-cloud",
    "groq": "groq",
    "huggingface": "huggingface",
    "mistral": "mistral",
    "ollama": "ollama",
    "openai": "openai",
    "openai-chat": "openai-chat",
    "openai-responses": "openai-responses",
    "openrouter": "openrouter",
    "together": "together",
    "xai": "xai",
}
"""Prefixes accepted in settings, and pydantic-ai's name of each provider."""


@dataclass(frozen=True)
class ModelName:
    """A judged model string. `url` is set for an OpenAI-compatible server only."""

    provider: str
    name: str
    url: str = ""


def from_settings(
    strings: Mapping[str, str], *, keys: Mapping[str, str] | None = None
) -> ModelFactory:
    """Return the factory of models by role.

    Args:
        strings: role to model string; a role that is absent, empty or "none" has no model.
        keys: provider prefix (as in the model string) to API key. A provider without a key here
            falls back to what its own SDK reads.

    Raises:
        SettingsError: a role or a model string is unknown. The factory raises it when the
            provider's package or its key is missing.
    """
    names = {_role(role): parse(text) for role, text in strings.items() if text not in {"", "none"}}
    made: dict[Role, Model] = {}
    lock = threading.Lock()

    def factory(role: Role) -> Model | None:
        if role not in names:
            return None
        with lock:
            if role not in made:
                made[role] = make(names[role], keys=keys or {})
            return made[role]

    return factory


def parse(text: str) -> ModelName:
    """Return the parts of a model string; raises SettingsError naming the string and examples."""
    provider, colon, name = text.strip().partition(":")
    if not colon or not name.strip():
        raise _unknown(text, "is not of the form provider:name")
    if provider == COMPATIBLE:
        return _compatible(text, name)
    if provider not in PROVIDERS:
        near = get_close_matches(provider, (*PROVIDERS, COMPATIBLE), n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise _unknown(text, f"names an unknown provider {provider!r}{hint}")
    return ModelName(provider, name.strip())


def make(model: ModelName, *, keys: Mapping[str, str]) -> Model:
    """Return a model with its client, importing its provider's SDK.

    Raises:
        SettingsError: the SDK is not installed, or no API key was given or found.
    """
    key = keys.get(model.provider, "")
    try:
        return _local(model, key) if model.url else _hosted(model, key)
    except ImportError as error:
        extra = PROVIDERS.get(model.provider, "openai")
        raise SettingsError(
            f"The package that speaks to {model.provider!r} is not installed.",
            fix=f"Install it with: pip install 'pydantic-ai-slim[{extra}]'",
        ) from error
    except (UserError, ValueError, TypeError) as error:
        raise SettingsError(
            f"The model {model.provider}:{model.name} cannot be used: {_first_sentence(error)}",
            fix=f"Give the API key of {model.provider!r}, or set the variable that its SDK reads.",
        ) from None


def _hosted(model: ModelName, key: str) -> Model:
    name = PROVIDERS[model.provider]

    def provider(wanted: str):  # noqa: ANN202 - Provider[Any], which pydantic-ai leaves open
        kind = infer_provider_class(wanted)
        return kind(api_key=key) if key else infer_provider(wanted)  # pyright: ignore[reportCallIssue] - all take a key

    return infer_model(f"{name}:{model.name}", provider)


def _local(model: ModelName, key: str) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 - imports the SDK

    from sampark.llm.compatible import CompatibleProvider  # noqa: PLC0415 - imports the SDK

    provider = CompatibleProvider(base_url=model.url, api_key=key or "none")
    return OpenAIChatModel(model.name, provider=provider)


def _compatible(text: str, rest: str) -> ModelName:
    parts = re.fullmatch(r"(?P<name>\S+?)@(?P<url>https?://\S+)", rest.strip())
    if parts is None:
        raise _unknown(text, "is not of the form openai-compatible:NAME@URL")
    try:
        found = urlsplit(parts["url"])
        usable = bool(found.hostname) and (found.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise _unknown(text, "names no usable address")
    return ModelName(COMPATIBLE, parts["name"], parts["url"].rstrip("/"))


def _role(name: str) -> Role:
    if name not in get_args(Role):
        known = ", ".join(get_args(Role))
        raise SettingsError(f"There is no model role {name!r}.", fix=f"The roles are: {known}.")
    return cast("Role", name)


def _unknown(text: str, why: str) -> SettingsError:
    examples = ", ".join(EXAMPLES)
    return SettingsError(f"The model string {text!r} {why}.", fix=f"Write for example: {examples}.")


def _first_sentence(error: Exception) -> str:
    return str(error).split(". ", 1)[0].rstrip(".") + "."
