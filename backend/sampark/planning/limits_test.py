from datetime import timedelta

import pytest

from sampark.domain.plan import Estimate, Plan, PlanOrigin
from sampark.planning.toolbox_test import (
    NOW,
    POLICY,
    errors,
    plan,
    profile_plan,
    step,
    told,
)


@pytest.mark.parametrize(("kind", "limit"), [("model", 3), ("person", 5), ("playbook", 5)])
def test_a_models_plan_has_the_tighter_limit(kind: str, limit: int) -> None:
    policy = POLICY.model_copy(update={"max_steps": 5, "max_model_steps": 3})
    origin = PlanOrigin.model_validate({"kind": kind, "name": "x"})

    def of(count: int) -> Plan:
        notes = [step(f"s{at}", "text.note", words="x") for at in range(count)]
        return plan(*notes, deliver=tuple(f"s{at}.note" for at in range(count)), origin=origin)

    assert errors(of(limit), policy=policy) == []
    message = told(of(limit + 1), "TooManySteps", policy=policy)
    assert f"has {limit + 1} steps; the policy allows {limit}" in message


def test_a_budget_is_kept() -> None:
    assert errors(profile_plan(), budget_usd=0.25) == []
    message = told(profile_plan(), "OverBudget", budget_usd=0.1)
    assert "about USD 0.25; the budget is USD 0.10" in message


def test_a_deadline_is_kept() -> None:
    assert errors(profile_plan(), now=NOW, deadline=NOW + timedelta(seconds=4)) == []
    message = told(profile_plan(), "PastDeadline", now=NOW, deadline=NOW + timedelta(seconds=2))
    assert message.startswith("PastDeadline at 'charts': It would be done at 2027-01-01 12:00 UTC")


def test_a_deadline_without_the_time_is_not_judged() -> None:
    assert errors(profile_plan(), deadline=NOW - timedelta(days=1)) == []


@pytest.mark.parametrize(
    "until", ["2027-01-03T10:00:00+01:00", "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-23:00"]
)
def test_waiting_beyond_the_deadline_is_too_late(until: str) -> None:
    wait = step("wait", "time.wait", until=until)
    note = step("note", "text.note", words="x", after=("wait",))
    options = {"now": NOW, "deadline": NOW + timedelta(days=1)}
    assert "at 'wait'" in told(plan(note, wait, deliver=("note.note",)), "PastDeadline", **options)


@pytest.mark.parametrize("until", ["soon", "2027-01-03T10:00:00", 5])
def test_a_wait_that_is_no_moment_is_only_a_wrong_type(until: object) -> None:
    wait = step("wait", "time.wait", until=until)
    found = errors(plan(wait), now=NOW, deadline=NOW + timedelta(days=1))
    assert [error.kind for error in found] == ["WrongType"]


def test_figures_without_sense_do_no_harm() -> None:
    wild = [Estimate(p50=1e308, p90=-1, usd=1e308), Estimate(p50=float("nan"), usd=float("inf"))]
    notes = [
        step(f"s{at}", "text.note", words="x").model_copy(update={"estimate": figure})
        for at, figure in enumerate(wild * 4)
    ]
    made = plan(*notes, deliver=tuple(f"s{at}.note" for at in range(8)))
    assert errors(made, now=NOW, deadline=NOW, budget_usd=1.0)
