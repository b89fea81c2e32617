import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.hints import account_of, pushed

# Its base64 has signs in which the two alphabets differ.
TOLD = json.dumps({"emailAddress": "You@Example.com", "historyId": 7, "x": "???>>>~~~"}).encode()


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", ["=", ""])
def test_both_alphabets_are_read_with_and_without_padding(encode, padding):
    assert account_of(encode(TOLD).decode().rstrip("=") + padding * 2) == "you@example.com"


@pytest.mark.parametrize("history", [7, "7", None, {"a": 1}])
def test_the_history_id_may_be_anything(history):
    told = json.dumps({"emailAddress": "a@b.cd", "historyId": history}).encode()
    assert account_of(base64.b64encode(told).decode()) == "a@b.cd"


@pytest.mark.parametrize("told", [b"", b"[]", b"{}", b"null", b'{"emailAddress": 7}', b"\xff\x00"])
def test_garbage_names_nobody(told):
    assert account_of(base64.b64encode(told).decode()) is None


@given(st.text())
def test_any_text_is_taken_for_data(text):
    assert account_of(text) is None


@given(st.binary())
def test_any_bytes_are_taken_for_a_push(body):
    assert pushed(body) is None


def test_a_push_names_its_mailbox():
    data = base64.b64encode(TOLD).decode()
    body = json.dumps({"message": {"data": data}, "subscription": "s"}).encode()
    assert pushed(body) == "you@example.com"
