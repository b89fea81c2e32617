"""The widget is offered, and knows every step."""

from sampark.lab.plan_view_test import small


def test_the_widget_knows_every_step():
    widget = small().widget()
    assert set(widget.details) == {"open", "read", "book"}
    assert widget.svg == small().svg
    assert widget.selected == ""
    widget.selected = "read"
    assert widget.details["read"]["call"] == "table.read(file=open.file)"
    widget.close()
