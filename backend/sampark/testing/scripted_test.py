"""Scripted models answer in order or by function, and keep what they were asked."""

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent

from sampark.testing.scripted import ScriptedCall, ScriptEnded, scripted


class Sum(BaseModel):
    total: int


async def asked(model: object, question: str = "2 + 2?", **options: object):
    agent = Agent(model, output_type=Sum, instructions="Add.", retries={"output": 2})
    return (await agent.run(question)).output


async def test_answers_come_in_order_from_models_and_mappings():
    factory = scripted({"plan": [Sum(total=4), {"total": 5}]})
    assert await asked(factory("plan")) == Sum(total=4)
    assert await asked(factory("plan")) == Sum(total=5)
    first, _ = factory.calls
    assert first.role == "plan"
    assert first.instructions == "Add."
    assert first.input == "2 + 2?"
    assert first.correction == ""
    assert first.schema["required"] == ["total"]


async def test_a_function_sees_the_call_and_its_correction():
    def answer(call: ScriptedCall):
        return {"total": 4} if call.correction else {"total": "four"}

    factory = scripted({"understand": answer})
    assert await asked(factory("understand")) == Sum(total=4)
    assert "valid integer" in factory.calls[1].correction


async def test_an_exception_is_raised():
    factory = scripted({"plan": [ConnectionError("down")]})
    with pytest.raises(ConnectionError, match="down"):
        await asked(factory("plan"))


async def test_one_call_too_many_names_the_role():
    factory = scripted({"plan": []})
    with pytest.raises(ScriptEnded, match="'plan' has 0 answers"):
        await asked(factory("plan"))


def test_a_role_without_a_script_has_no_model():
    factory = scripted({"plan": []}, name="gpt-4o")
    assert factory("understand") is None
    assert factory("plan").model_name == "gpt-4o-plan"
