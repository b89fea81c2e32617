import pytest

from sampark.domain.plan import Estimate, Plan, Step
from sampark.domain.tool import Approval
from sampark.planning.check import CheckedPlan, check
from sampark.planning.problems import KINDS, PlanError
from sampark.planning.toolbox_test import (
    OPEN,
    POLICY,
    READ,
    TOOLS,
    compiled,
    errors,
    plan,
    profile_plan,
    ref,
    step,
    told,
)


def test_the_typical_plan_compiles() -> None:
    checked = compiled(profile_plan())
    assert checked.order == ("open", "read", "profile", "charts", "book", "report")
    assert checked.levels == (("open",), ("read",), ("profile", "charts"), ("book", "report"))
    assert checked.critical_path == ("open", "read", "charts", "report")
    assert checked.estimate == Estimate(p50=3.7, p90=12.0, tokens=100, usd=0.25)
    assert checked.approvals == ()
    assert checked.approval is Approval.NONE


def test_a_checked_plan_survives_its_json() -> None:
    checked = compiled(profile_plan())
    assert CheckedPlan.model_validate_json(checked.model_dump_json()) == checked


def test_an_unknown_tool_has_a_near_name() -> None:
    made = plan(step("open", "file.opn", handle="att1"), deliver=("open.file",))
    assert told(made, "UnknownTool") == (
        "UnknownTool at 'open': There is no tool 'file.opn'."
        " Did you mean 'file.open' or 'file.open_all'?"
    )


def test_a_tool_like_no_other_is_answered_with_the_list() -> None:
    made = plan(step("x", "zzzzzz"), deliver=("x.y",))
    assert "The tools are: 'event.make', 'file.convert', 'file.open'" in told(made, "UnknownTool")
    assert "and 7 more" in told(made, "UnknownTool")


def test_a_cycle_is_named() -> None:
    one = step("one", "table.profile", table=ref("two.columns"))
    two = step("two", "table.profile", table=ref("one.columns"))
    made = plan(one, two, deliver=("one.summary",))
    assert told(made, "Cycle") == (
        "Cycle at 'one': The steps wait for each other: 'one' needs 'two' needs 'one'."
        " Let 'two' not need 'one'."
    )
    assert "'one' waits in, or behind, a cycle" in told(made, "UnreachableDeliverable")


def test_a_long_cycle_is_told_briefly() -> None:
    count = 100
    ring = [
        step(f"s{at}", "table.profile", table=ref(f"s{(at + 1) % count}.columns"))
        for at in range(count)
    ]
    message = told(plan(*ring, deliver=("s0.summary",)), "Cycle")
    assert "'…'" in message
    assert len(message) < 300


def test_a_key_stands_for_one_step() -> None:
    made = plan(OPEN, OPEN, deliver=("open.file",))
    assert "Step 2 has the key 'open' of an earlier step" in told(made, "DuplicateKey")


@pytest.mark.parametrize(
    ("deliver", "expected"),
    [
        ("opne.file", "'opne' is no step of the plan. Did you mean 'open'?"),
        ("open.fiel", "has no output 'fiel'. Did you mean 'file'?"),
    ],
)
def test_a_deliverable_that_nobody_makes(deliver: str, expected: str) -> None:
    made = plan(OPEN, READ, deliver=("read.table", deliver))
    assert expected in told(made, "UnreachableDeliverable")


@pytest.mark.parametrize("steps", [(), (OPEN,)])
def test_a_plan_must_deliver_something(steps: tuple[Step, ...]) -> None:
    message = told(plan(*steps), "UnreachableDeliverable")
    assert "delivers nothing and has no effect" in message


def test_a_step_that_nobody_uses() -> None:
    charts = step("charts", "table.charts", table=ref("read.table"))
    made = plan(OPEN, READ, charts, deliver=("read.table",))
    assert "'charts'" in told(made, "UnusedStep")


def test_a_step_ordered_before_a_used_one_is_used() -> None:
    wait = step("wait", "time.wait", until="2027-01-01T10:00:00Z")
    first = step("first", "text.note", words="x")
    last = step("last", "text.note", words="y", after=("wait", "first"))
    compiled(plan(first, wait, last, deliver=("last.note",)))


def test_steps_that_wait_or_act_are_used() -> None:
    wait = step("wait", "time.wait", until="2027-01-01T10:00:00Z")
    mail = step("mail", "mail.send", to="a@b.c", body="x", after=("wait",))
    assert compiled(plan(wait, mail)).order == ("wait", "mail")


def test_all_errors_are_told_at_once_in_the_order_of_the_plan() -> None:
    made = plan(
        step("b", "file.opn", handle="x"),
        step("a", "table.read", shet="x", after=("nobody",)),
        step("a", "file.convert", file=ref("b.file"), to="x"),
    )
    kinds = [(error.step, error.kind) for error in errors(made, budget_usd=-1.0)]
    assert kinds == [
        ("", "OverBudget"),
        ("b", "UnknownTool"),
        ("a", "DuplicateKey"),
        ("a", "UnknownArg"),
        ("a", "MissingArg"),
        ("a", "DanglingRef"),
        ("a", "WrongType"),
        ("a", "UnusedStep"),
    ]


def test_every_kind_of_error_can_be_told() -> None:
    assert len(KINDS) == 14
    assert str(PlanError(kind="OverBudget", problem="P.")) == "OverBudget: P."


def chain(count: int) -> Plan:
    steps = [
        step(f"p{at}", "table.profile", table=ref("read.table" if not at else f"p{at - 1}.columns"))
        for at in range(count - 2)
    ]
    return plan(OPEN, READ, *steps, deliver=(f"p{count - 3}.summary",))


def test_a_chain_of_thousands_compiles() -> None:
    policy = POLICY.model_copy(update={"max_steps": 5000})
    found = check(chain(5000), TOOLS, policy)
    assert isinstance(found, CheckedPlan)
    assert len(found.critical_path) == 5000


def test_thousands_of_errors_are_all_told() -> None:
    wrong = [step(f"s{at}", "table.profile", table=ref(f"x{at}.tabel")) for at in range(2000)]
    found = errors(plan(*wrong))
    assert sum(error.kind == "DanglingRef" for error in found) == 2000
