import pytest

from sampark.domain.plan import Estimate
from sampark.domain.tool import Prior
from sampark.planning import estimate
from sampark.planning.graph import Graph
from sampark.planning.toolbox_test import TOOLS, plan, profile_plan, step

NOTE = step("n", "text.note", words="x")


def test_the_slowest_chain_counts_and_money_adds_up() -> None:
    found = estimate.of_plan(Graph.of(profile_plan()), TOOLS)
    assert found.critical_path == ("open", "read", "charts", "report")
    assert found.total == Estimate(p50=0.2 + 0.5 + 2 + 1, p90=1 + 2 + 6 + 3, tokens=100, usd=0.25)


def test_a_plan_without_steps_takes_nothing() -> None:
    found = estimate.of_plan(Graph.of(plan()), TOOLS)
    assert found.total == Estimate()
    assert found.critical_path == ()


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (Estimate(), Estimate(p50=0.2, p90=1.0)),
        (Estimate(p50=3, p90=1), Estimate(p50=3, p90=3)),
        (Estimate(p50=3, p90=5, tokens=7, usd=0.1), Estimate(p50=3, p90=5, tokens=7, usd=0.1)),
        (Estimate(p50=-1, usd=-1), Estimate(p90=0)),
        (Estimate(p50=float("inf")), Estimate(p50=1e9, p90=1e9)),
    ],
)
def test_a_steps_own_figures_come_first(own: Estimate, expected: Estimate) -> None:
    assert estimate.of_step(NOTE.model_copy(update={"estimate": own}), TOOLS) == expected


def test_a_tool_that_nobody_knows_takes_nothing() -> None:
    assert estimate.of_step(step("x", "nobody.knows"), TOOLS) == Estimate()


def test_a_step_waits_for_its_moment() -> None:
    graph = Graph.of(plan(NOTE, step("m", "text.note", after=("n",), words="x")))
    assert estimate.finishes(graph, TOOLS, {NOTE.key: 60.0}) == {"n": 60.0, "m": 60.2}


def test_history_replaces_a_prior() -> None:
    made = estimate.learned(TOOLS, {"text.note": [1.0, 2.0, 3.0, 4.0, 5.0]})
    assert made["text.note"].prior == Prior(p50=3.0, p90=pytest.approx(4.6))
    assert made["file.open"] is TOOLS["file.open"]


def test_little_or_senseless_history_does_not() -> None:
    history = {"text.note": [1.0, 2.0, 3.0, 4.0, float("nan"), -1.0]}
    assert estimate.learned(TOOLS, history)["text.note"] is TOOLS["text.note"]


def test_history_keeps_the_price() -> None:
    made = estimate.learned(TOOLS, {"report.pdf": [1.0] * 5})
    assert made["report.pdf"].prior == Prior(1.0, 1.0, tokens=100, usd=0.25)
