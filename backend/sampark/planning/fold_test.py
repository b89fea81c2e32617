from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan
from sampark.domain.run import StepRun, StepStatus
from sampark.planning.fold import folded, unfolded
from sampark.planning.graph import Graph
from sampark.planning.toolbox_test import plan, step


def runs(**statuses: str) -> dict[str, StepRun]:
    return {
        key: StepRun(key=StepKey(key), attempt=1, status=StepStatus(status))
        for key, status in statuses.items()
    }


def chain(keys: str) -> Plan:
    pairs = zip(" " + keys, keys, strict=False)
    return plan(
        *(step(key, "t", after=(before,) if before != " " else ()) for before, key in pairs)
    )


def groups(made: Plan, latest: dict[str, StepRun]) -> list[str]:
    return ["".join(group) for group in folded(made, Graph.of(made), latest)]


def test_unfolded_every_step_stands_alone() -> None:
    assert unfolded(Graph.of(chain("abc"))) == [("a",), ("b",), ("c",)]


def test_what_is_done_folds_up_to_the_neighbours_of_what_runs() -> None:
    latest = runs(a="done", b="done", c="done", d="running")
    assert groups(chain("abcdef"), latest) == ["ab", "c", "d", "e", "f"]


def test_what_was_skipped_folds_behind_what_failed() -> None:
    latest = runs(a="failed", b="skipped", c="skipped", d="skipped")
    assert groups(chain("abcd"), latest) == ["a", "b", "cd"]


def test_a_deliverable_is_always_shown() -> None:
    made = chain("abcd").model_copy(update={"deliverables": plan(deliver=("b.x",)).deliverables})
    assert groups(made, runs(a="done", b="done", c="done", d="done")) == ["a", "b", "cd"]


def test_steps_in_a_cycle_are_shown() -> None:
    made = plan(step("a", "t", after=("b",)), step("b", "t", after=("a",)), step("c", "t"))
    assert groups(made, runs(a="done", b="done", c="done")) == ["a", "b", "c"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sets(st.integers(0, 14), max_size=3), st.sampled_from(StepStatus))),
    st.sets(st.integers(0, 14), max_size=2),
)
def test_groups_never_need_each_other_in_a_circle(
    steps: list[tuple[set[int], StepStatus]], delivered: set[int]
) -> None:
    made = plan(
        *(
            step(str(at), "t", after=tuple(str(need) for need in sorted(needs) if need < at))
            for at, (needs, _) in enumerate(steps)
        ),
        deliver=tuple(f"{at}.x" for at in sorted(delivered)),
    )
    latest = runs(**{str(at): status.value for at, (_, status) in enumerate(steps)})
    found = folded(made, Graph.of(made), latest)
    assert sorted(key for group in found for key in group) == sorted(latest)
    box = {key: str(at) for at, group in enumerate(found) for key in group}
    between = {at: {box[need] for key in group for need in made.step(key).needs} - {str(at)}
               for at, group in enumerate(found)}  # fmt: skip
    merged = plan(
        *(step(str(at), "t", after=tuple(sorted(needs))) for at, needs in between.items())
    )
    assert Graph.of(merged).cycles() == ()
