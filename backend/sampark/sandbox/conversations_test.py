import pytest

from sampark.sandbox.conversations import base_subject, references
from sampark.sandbox.headers import read_block


@pytest.mark.parametrize(
    "subject",
    [
        "Numbers",
        "Re: numbers",
        "RE:RE: Numbers",
        "Fwd: Re: Numbers ",
        "AW: WG:  Numbers",
        "Re[2]: numbers",
    ],
)
def test_replies_and_forwards_share_a_base_subject(subject):
    assert base_subject(subject) == "numbers"


@pytest.mark.parametrize("subject", ["Report: numbers", "Numbers!", "Renumbers", "numb ers"])
def test_another_subject_stays_another(subject):
    assert base_subject(subject) != "numbers"


def test_references_stand_nearest_first_and_once():
    block = read_block(b"References: <a@x>\r\n <b@x> <c@x>\r\nIn-Reply-To: <c@x>\r\n\r\n")
    assert references(block) == ["c@x", "b@x", "a@x"]
