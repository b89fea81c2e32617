import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.domain.base import StepKey
from sampark.domain.plan import Args, Plan, PlanOrigin, Ref, Step, read_arg
from sampark.planning.check import check
from sampark.planning.toolbox_test import (
    NOW,
    POLICY,
    SHEET,
    TOOLS,
    compiled,
    errors,
    profile_plan,
    ref,
)

KEYS = st.sampled_from(["open", "read", "a", "b", "", "0", "ü '\"<&", "x" * 300])
NAMES = st.sampled_from(
    [*TOOLS, "nobody.knows", "handle", "file", "table", "title", "texts", "to", "until", ""]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
REFS = st.builds(lambda key, name: {"step": key, "field": name}, KEYS, NAMES)
ARGS = st.dictionaries(NAMES, JSON | REFS | st.lists(REFS | JSON, max_size=3), max_size=4)


@st.composite
def weird_plans(draw: st.DrawFn) -> Plan:
    steps = draw(st.lists(st.tuples(KEYS, NAMES, ARGS, st.lists(KEYS, max_size=2)), max_size=6))
    pairs = draw(st.lists(st.tuples(KEYS, NAMES), max_size=3))
    return Plan(
        goal="",
        steps=tuple(
            Step(key=StepKey(key), title="", tool=name, args=args, after=tuple(map(StepKey, after)))
            for key, name, args, after in steps
        ),
        deliverables=tuple(Ref(step=StepKey(key), field=name) for key, name in pairs),
        inputs=draw(st.sampled_from([(), (SHEET,)])),
        origin=PlanOrigin(kind="model", name=""),
    )


@settings(max_examples=300, deadline=None)
@given(weird_plans())
def test_no_plan_makes_the_compiler_raise(made: Plan) -> None:
    found = check(made, TOOLS, POLICY, now=NOW, deadline=NOW, budget_usd=0.0)
    assert found == check(made, TOOLS, POLICY, now=NOW, deadline=NOW, budget_usd=0.0)
    if isinstance(found, list):
        assert found
        keys = {step.key for step in made.steps} | {""}
        assert all(error.step in keys and error.problem for error in found)


MUTATIONS = {
    "tool": ("UnknownTool", lambda one: one.model_copy(update={"tool": one.tool + "x"})),
    "key": ("DuplicateKey", lambda one: one.model_copy(update={"key": "open"})),
    "arg": ("UnknownArg", lambda one: _with(one, {**one.args, "nobody": 1})),
    "no args": ("MissingArg", lambda one: _with(one, {})),
    "ref": ("DanglingRef", lambda one: _with(one, _each(one.args, ref("nobody.at_all")))),
    "type": ("WrongType", lambda one: _with(one, _each(one.args, 3.5))),
    "loop": ("Cycle", lambda one: one.model_copy(update={"after": (one.key,)})),
}


def _with(one: Step, args: Args) -> Step:
    return one.model_copy(update={"args": args})


def _each(args: Args, value: object) -> Args:
    return {name: read_arg(value) for name in args}


@pytest.mark.parametrize(("name", "at"), [(name, at) for name in MUTATIONS for at in range(1, 6)])
def test_every_single_mistake_in_the_typical_plan_is_found(name: str, at: int) -> None:
    kind, mutate = MUTATIONS[name]
    good = profile_plan()
    steps = tuple(mutate(one) if place == at else one for place, one in enumerate(good.steps))
    assert kind in {error.kind for error in errors(good.model_copy(update={"steps": steps}))}


def test_the_order_of_steps_in_the_plan_does_not_matter_for_correctness() -> None:
    good = profile_plan()
    for seed in range(20):
        steps = list(good.steps)
        random.Random(seed).shuffle(steps)
        checked = compiled(good.model_copy(update={"steps": tuple(steps)}))
        place = {key: at for at, key in enumerate(checked.order)}
        assert all(place[need] < place[one.key] for one in steps for need in one.needs)
