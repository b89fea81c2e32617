import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sampark.domain.base import Frozen, canonical_json, fingerprint


class Pair(Frozen):
    one: int
    other: str = ""


def test_a_noun_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Pair(one=1).one = 2


def test_a_noun_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        Pair.model_validate({"one": 1, "more": 2})


def test_canonical_json_sorts_keys_and_keeps_letters() -> None:
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'


def test_a_known_fingerprint() -> None:
    assert fingerprint({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers()))
def test_the_order_of_keys_does_not_matter(values: dict[str, int]) -> None:
    turned = dict(reversed(list(values.items())))
    assert fingerprint(dict(values)) == fingerprint(dict(turned))
