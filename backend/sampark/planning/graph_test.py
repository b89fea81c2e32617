from hypothesis import given
from hypothesis import strategies as st

from sampark.domain.plan import Plan
from sampark.planning.graph import Graph
from sampark.planning.toolbox_test import plan, profile_plan, step

KEYS = st.integers(0, 7).map(str)
STEPS = st.lists(st.tuples(KEYS, st.lists(KEYS, max_size=4)), max_size=12)


def graph(**needs: str) -> Graph:
    return Graph.of(plan(*(step(key, "t", after=tuple(before)) for key, before in needs.items())))


def drawn(steps: list[tuple[str, list[str]]]) -> Plan:
    return plan(*(step(key, "t", after=tuple(before)) for key, before in steps))


def test_the_order_is_the_plans_own_where_it_may_choose() -> None:
    assert graph(a="", b="", c="b", d="a").order == ("a", "b", "c", "d")


def test_a_step_stands_after_what_it_needs() -> None:
    assert graph(a="b", b="c", c="").order == ("c", "b", "a")


def test_levels_are_as_deep_as_the_longest_chain() -> None:
    levels = Graph.of(profile_plan()).levels()
    assert levels == (("open",), ("read",), ("profile", "charts"), ("book", "report"))


def test_a_cycle_is_told_from_its_first_step_on() -> None:
    assert graph(x="", a="xc", b="a", c="b", d="c").cycles() == (("a", "c", "b"),)


def test_a_step_that_needs_itself_is_a_cycle() -> None:
    assert graph(a="a", b="").cycles() == (("a",),)


def test_every_knot_tells_one_cycle_and_what_is_behind_tells_none() -> None:
    made = graph(a="b", b="ad", c="d", d="c", e="a")
    assert made.cycles() == (("a", "b"), ("c", "d"))
    assert made.order == ()


def test_what_a_step_needs_reaches_through_others() -> None:
    assert graph(a="", b="a", c="b", d="").needed_by(["c", "nobody"]) == {"a", "b", "c"}  # pyright: ignore[reportArgumentType]


def test_thousands_of_steps_in_a_chain_need_no_recursion() -> None:
    count = 5000
    ring = plan(*(step(str(at), "t", after=(str((at + 1) % count),)) for at in range(count)))
    assert len(Graph.of(ring).cycles()[0]) == count
    chain = plan(*(step(str(at), "t", after=(str(at + 1),)) for at in range(count)))
    assert len(Graph.of(chain).levels()) == count


@given(STEPS)
def test_every_step_is_ordered_or_held_up_by_a_cycle(steps: list[tuple[str, list[str]]]) -> None:
    made = Graph.of(drawn(steps))
    place = {key: at for at, key in enumerate(made.order)}
    assert all(place[need] < place[key] for key in made.order for need in made.needs[key])
    assert bool(made.cycles()) == (len(made.order) < len(made.steps))


@given(STEPS)
def test_cycles_are_real(steps: list[tuple[str, list[str]]]) -> None:
    made = Graph.of(drawn(steps))
    for cycle in made.cycles():
        following = (*cycle[1:], cycle[0])
        assert all(after in made.needs[key] for key, after in zip(cycle, following, strict=True))


@given(STEPS)
def test_levels_hold_every_ordered_step_once(steps: list[tuple[str, list[str]]]) -> None:
    made = Graph.of(drawn(steps))
    level = {key: at for at, row in enumerate(made.levels()) for key in row}
    assert sorted(level) == sorted(made.order)
    assert all(level[need] < level[key] for key in level for need in made.needs[key])
