"""Servers that speak the OpenAI chat API but are not OpenAI. Importing this imports its SDK."""

from pydantic_ai.profiles import ModelProfile
from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer, OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider


class CompatibleProvider(OpenAIProvider):
    """OpenAI's client against another address, with only what every such server can do.

    Its name must not contain "openai": genai-prices matches providers by parts of their names, and
    a free local model would be billed at OpenAI's price for a model of the same name.
    """

    @property
    def name(self) -> str:
        """The provider's name in traces and for prices."""
        return "local"

    @staticmethod
    def model_profile(model_name: str) -> ModelProfile | None:  # noqa: ARG004 - the base's signature
        """Return a profile without strict tool schemas, which most of these servers refuse."""
        return OpenAIModelProfile(
            json_schema_transformer=OpenAIJsonSchemaTransformer,
            openai_supports_strict_tool_definition=False,
        )
