"""Model strings are judged at once; models are made once per role and only when asked for."""

from contextlib import suppress

import pytest
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers import infer_provider_class

from sampark.errors import SettingsError
from sampark.llm.models import EXAMPLES, PROVIDERS, ModelName, from_settings, make, parse

LOCAL = "openai-compatible:qwen3:8b@http://127.0.0.1:11434/v1"


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_of_the_error_are_valid(text: str):
    assert parse(text).name


def test_a_local_string_keeps_colons_in_the_name():
    assert parse(LOCAL) == ModelName("openai-compatible", "qwen3:8b", "http://127.0.0.1:11434/v1")


@pytest.mark.parametrize(
    "text",
    [
        "gpt-5",
        "openai:",
        ":gpt-5",
        "opnai:gpt-5",
        "test",
        "openai-compatible:qwen3",
        "openai-compatible:qwen3@127.0.0.1:11434",
        "openai-compatible:@http://127.0.0.1/v1",
        "openai-compatible:a@http://",
        "openai-compatible:a@http://host:99999/v1",
        "openai-compatible:a@file:///etc/passwd",
    ],
)
def test_a_wrong_string_is_named_with_examples(text: str):
    with pytest.raises(SettingsError) as caught:
        from_settings({"plan": text})
    assert repr(text) in caught.value.problem
    assert EXAMPLES[0] in caught.value.fix


def test_a_misspelt_provider_gets_its_neighbour():
    with pytest.raises(SettingsError, match="did you mean 'anthropic'"):
        parse("antropic:claude")


def test_an_unknown_role_is_named_with_the_roles():
    with pytest.raises(SettingsError, match=r"'planner'.*understand, plan"):
        from_settings({"planner": "openai:gpt-5"})


def test_no_string_is_no_model():
    factory = from_settings({"understand": "", "plan": "none"})
    assert factory("understand") is None
    assert factory("plan") is None
    assert from_settings({})("plan") is None


@pytest.mark.parametrize("name", sorted(set(PROVIDERS.values())))
def test_every_provider_is_known_to_pydantic_ai(name: str):
    with suppress(ImportError):  # known; its package is not among our dependencies
        assert infer_provider_class(name).model_profile


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("openai:gpt-5", "openai"),
        ("anthropic:claude-sonnet-4-5", "anthropic"),
        ("google-gla:gemini-2.5-pro", "google"),
    ],
)
def test_a_hosted_model_is_made_with_its_key(text: str, system: str):
    provider = text.partition(":")[0]
    model = from_settings({"plan": text}, keys={provider: "k-1"})("plan")
    assert model is not None
    assert model.system == system
    assert model.model_name == text.partition(":")[2]


def test_a_role_s_model_is_made_once():
    factory = from_settings({"plan": LOCAL, "understand": LOCAL})
    assert factory("plan") is factory("plan")
    assert factory("plan") is not factory("understand")


def test_a_local_server_is_asked_at_its_address_without_a_key():
    model = from_settings({"plan": LOCAL})("plan")
    assert isinstance(model, OpenAIChatModel)
    assert model.base_url == "http://127.0.0.1:11434/v1/"
    assert model.system == "local"


def test_a_package_that_is_not_installed_is_named_with_the_fix():
    with pytest.raises(SettingsError, match=r"pydantic-ai-slim\[groq\]"):
        make(ModelName("groq", "llama"), keys={})


def test_a_missing_key_is_told_without_a_stack_of_advice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with pytest.raises(SettingsError) as caught:
        make(ModelName("anthropic", "claude-sonnet-4-5"), keys={})
    assert "anthropic:claude-sonnet-4-5" in caught.value.problem
    assert "API key" in caught.value.fix
