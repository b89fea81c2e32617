"""What changed between two plans."""

from sampark.lab.diff import compare
from sampark.lab.drafting import step
from sampark.lab.plan_view_test import small


def test_the_same_plan_has_no_difference():
    same = compare(small(), small().renamed("read", "x").renamed("x", "read"))
    assert not same
    assert repr(same) == "Nothing changed."
    assert "Nothing changed." in same.html()


def test_steps_come_go_and_change():
    old = small()
    new = (
        old.with_args("read", sheet="<b>")
        .without("book")
        .with_step(step("note", "text.note", words="Done."), deliver=["note.note"])
    )
    found = compare(old, new.plan)
    assert found
    assert (found.added, found.removed, found.changed) == (["note"], ["book"], ["read"])
    html = found.html()
    assert "read · sheet" in html
    assert "&lt;b&gt;" in html
    assert "book.file, note.note" in html
