"""Models that answer from a script, through the same wiring as real ones.

`scripted({"plan": [draft]})` is a ModelFactory: the first call of the role `plan` gets `draft`. A
role without a script has no model, as when none is configured. Every call is kept in `calls`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_core import to_jsonable_python

from sampark.llm.models import Role

Output = BaseModel | Mapping[str, JsonValue] | str | Exception


@dataclass(frozen=True)
class ScriptedCall:
    """One request to a scripted model.

    `input` is the user's message, `correction` what was wrong with the answer before (empty on a
    first attempt), `schema` the JSON schema of the wanted answer.
    """

    role: Role
    instructions: str
    input: str
    correction: str
    schema: Mapping[str, JsonValue]


Script = Sequence[Output] | Callable[[ScriptedCall], Output]
"""Answers in their order, or a function from a call to its answer. A pydantic model or a mapping is
the typed answer, text is plain text, an exception is raised as if the provider had failed."""


class ScriptEnded(AssertionError):
    """A scripted model was asked more often than its script answers."""


class Scripted:
    """A ModelFactory over scripts. `calls` are all requests of all roles, in their order."""

    def __init__(self, scripts: Mapping[Role, Script], *, name: str = "scripted") -> None:
        self.calls: list[ScriptedCall] = []
        self._models = {
            role: self._model(role, script, f"{name}-{role}") for role, script in scripts.items()
        }

    def __call__(self, role: Role) -> Model | None:
        """Return the model of a role, or None where the role has no script."""
        return self._models.get(role)

    def _model(self, role: Role, script: Script, name: str) -> Model:
        answer = script if callable(script) else _in_order(role, script)

        async def respond(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            call = _call(role, messages, info)
            self.calls.append(call)
            return _response(answer(call), info)

        return FunctionModel(respond, model_name=name)


def scripted(scripts: Mapping[Role, Script], *, name: str = "scripted") -> Scripted:
    """Return a ModelFactory that answers each role from its script.

    Args:
        scripts: role to answers.
        name: the models are called `name-role` in records.
    """
    return Scripted(scripts, name=name)


def _in_order(role: Role, outputs: Sequence[Output]) -> Callable[[ScriptedCall], Output]:
    left: Iterator[Output] = iter(outputs)

    def answer(_call: ScriptedCall) -> Output:
        for output in left:
            return output
        raise ScriptEnded(
            f"The script of the role {role!r} has {len(outputs)} answers and one more was asked."
        )

    return answer


def _call(role: Role, messages: Sequence[ModelMessage], info: AgentInfo) -> ScriptedCall:
    parts = [
        part for message in messages if isinstance(message, ModelRequest) for part in message.parts
    ]
    asked = [str(part.content) for part in parts if isinstance(part, UserPromptPart)]
    returned = [
        part.model_response_str() for part in messages[-1].parts if isinstance(part, ToolReturnPart)
    ]
    return ScriptedCall(
        role=role,
        instructions=info.instructions or "",
        input="\n".join(asked),
        correction="\n".join(returned),
        schema=info.output_tools[0].parameters_json_schema if info.output_tools else {},
    )


def _response(output: Output, info: AgentInfo) -> ModelResponse:
    match output:
        case Exception():
            raise output
        case str():
            return ModelResponse(parts=[TextPart(output)])
        case _:
            answer = to_jsonable_python(output)
            return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, answer)])
