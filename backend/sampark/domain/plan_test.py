import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from sampark.domain.base import StepKey
from sampark.domain.plan import Arg, Plan, PlanOrigin, Ref, Retry, Step, read_arg, write_arg

REF = Ref(step=StepKey("read"), field="table")
ORIGIN = PlanOrigin(kind="person", name="test")
JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def made(**args: Arg) -> Step:
    return Step(key=StepKey("s"), title="S", tool="t", args=args)


def test_a_reference_is_read_from_its_json() -> None:
    assert read_arg({"step": "read", "field": "table"}) == REF
    assert write_arg(REF) == {"step": "read", "field": "table"}


def test_an_object_with_more_than_a_reference_is_a_literal() -> None:
    raw = {"step": "read", "field": "table", "more": 1}
    assert read_arg(raw) == raw


def test_references_are_read_inside_lists() -> None:
    assert read_arg([{"step": "read", "field": "table"}, 1]) == (REF, 1)
    assert write_arg((REF, 1)) == [{"step": "read", "field": "table"}, 1]


def test_inside_an_object_nothing_is_a_reference() -> None:
    assert read_arg({"a": {"step": "s", "field": "f"}}) == {"a": {"step": "s", "field": "f"}}


@pytest.mark.parametrize("raw", [object(), b"bytes", {1, 2}])
def test_what_json_does_not_know_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="neither a literal nor a reference"):
        read_arg(raw)


@given(JSON)
def test_json_survives_reading_and_writing(raw: JsonValue) -> None:
    assert write_arg(read_arg(raw)) == raw


def test_args_must_be_an_object() -> None:
    with pytest.raises(ValidationError, match="args is an object"):
        Step.model_validate({"key": "s", "title": "S", "tool": "t", "args": []})


def test_a_step_needs_what_it_refers_to_and_comes_after() -> None:
    step = Step(
        key=StepKey("s"),
        title="S",
        tool="t",
        args={"one": REF, "many": ((REF, Ref(step=StepKey("b"), field="f")), 1), "word": "read"},
        after=(StepKey("c"),),
    )
    assert step.needs == {"read", "b", "c"}
    assert [ref.step for ref in step.refs()] == ["read", "read", "b"]


def test_a_plan_survives_its_json_with_the_same_hash() -> None:
    plan = Plan(
        goal="G", steps=(made(one=REF, many=(REF, "x")),), deliverables=(REF,), origin=ORIGIN
    )
    again = Plan.model_validate_json(plan.model_dump_json())
    assert again == plan
    assert again.hash == plan.hash
    assert len(plan.hash) == 64


def test_any_change_changes_the_hash() -> None:
    plan = Plan(goal="G", steps=(made(one=1),), origin=ORIGIN)
    changed = [
        plan.model_copy(update={"goal": "H"}),
        plan.model_copy(update={"steps": (made(one=2),)}),
        plan.model_copy(update={"version": 2, "parent": plan.hash}),
    ]
    assert len({plan.hash, *(other.hash for other in changed)}) == 4


def test_a_step_is_found_by_its_key() -> None:
    plan = Plan(goal="G", steps=(made(),), origin=ORIGIN)
    assert plan.step("s") is plan.steps[0]
    with pytest.raises(KeyError):
        plan.step("other")


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"attempts": 11}, {"pause": -1}])
def test_a_retry_has_bounds(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Retry.model_validate(wrong)
