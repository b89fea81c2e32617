from typing import get_args

from sampark.domain.ports import Bench
from sampark.domain.tool import Approval, Handle, HandleMark, Tool
from sampark.domain.value import Text


def same(given: Text, _bench: Bench) -> Text:
    return given


def test_a_tool_is_pure_unless_it_says_otherwise() -> None:
    tool = Tool(name="same", summary="Gives back.", input=Text, output=Text, run=same)
    assert tool.sink is None
    assert tool.approval is Approval.NONE
    assert not tool.waits


def test_a_handle_is_marked_text() -> None:
    kind, mark = get_args(Handle)
    assert kind is str
    assert isinstance(mark, HandleMark)
