import pytest

from sampark.domain.value import REQUESTER, Origin, Value


@pytest.mark.parametrize(
    ("origin", "told"),
    [(REQUESTER, "requester"), (Origin(kind="attachment", ref="att1"), "attachment:att1")],
)
def test_an_origin_is_told_in_one_word(origin: Origin, told: str) -> None:
    assert str(origin) == told


def test_a_value_survives_its_json() -> None:
    value = Value(data={"n": 1}, origins=frozenset([REQUESTER, Origin(kind="web", ref="a.b")]))
    assert Value.model_validate_json(value.model_dump_json()) == value
