from sampark.planning.diff import diff
from sampark.planning.toolbox_test import OPEN, READ, plan, profile_plan, ref, step


def test_the_same_plan_has_no_changes() -> None:
    assert diff(profile_plan(), profile_plan()).empty
    assert diff(profile_plan(), profile_plan()).words() == "Nothing changed."


def test_steps_come_and_go() -> None:
    found = diff(plan(OPEN, READ), plan(OPEN, step("note", "text.note", words="x")))
    assert found.added == ("note",)
    assert found.removed == ("read",)
    assert found.words() == "removed: read\nadded: note"


def test_a_changed_argument_is_told_alone() -> None:
    old = step("read", "table.read", file=ref("a.f"), sheet="Q1")
    new = step("read", "table.read", file=ref("b.f"), skip=1)
    found = diff(plan(old), plan(new))
    assert [item.field for item in found.changed[0].fields] == [
        "args.file",
        "args.sheet",
        "args.skip",
    ]
    assert found.words().splitlines() == [
        'changed: read, args.file: {"field":"f","step":"a"} became {"field":"f","step":"b"}',
        'changed: read, args.sheet: "Q1" became null',
        "changed: read, args.skip: null became 1",
    ]


def test_long_values_are_cut() -> None:
    found = diff(
        plan(step("n", "text.note", words="x" * 99)), plan(step("n", "text.note", words="y"))
    )
    assert "x…" in found.words()
    assert len(found.words()) < 100


def test_another_tool_is_a_change_of_the_step() -> None:
    found = diff(plan(step("a", "file.open")), plan(step("a", "table.read")))
    assert found.words() == 'changed: a, tool: "file.open" became "table.read"'


def test_order_goal_and_deliverables_are_told() -> None:
    old = plan(OPEN, READ, deliver=("read.table",))
    new = plan(READ, OPEN).model_copy(update={"goal": "Else"})
    found = diff(old, new)
    assert found.moved
    assert found.words().splitlines() == [
        'goal: now "Else"',
        "the steps stand in another order",
        "deliverables: now none",
    ]
