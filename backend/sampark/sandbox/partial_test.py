import pytest

from sampark.sandbox.partial import keep, read_mask
from sampark.sandbox.problems import ApiProblem

VALUE = {"id": "1", "list": [{"a": 1, "b": {"c": 2, "d": 3}}, {"a": 4}], "x": "y"}


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        ("id", {"id": "1"}),
        ("id,x", {"id": "1", "x": "y"}),
        ("list/a", {"list": [{"a": 1}, {"a": 4}]}),
        ("list(a,b/c)", {"list": [{"a": 1, "b": {"c": 2}}, {"a": 4}]}),
        ("list/b/d", {"list": [{"b": {"d": 3}}, {}]}),
        ("*", VALUE),
        ("nothing", {}),
    ],
)
def test_masks(mask, kept):
    assert keep(VALUE, read_mask(mask)) == kept


@pytest.mark.parametrize("mask", ["a(", "a)", ",", "a//b", "a b!", "(a)", "a/" * 50 + "a"])
def test_malformed_masks(mask):
    with pytest.raises(ApiProblem, match="Invalid field selection"):
        read_mask(mask)
