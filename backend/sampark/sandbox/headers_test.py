import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.sandbox.headers import addresses, decode_words, is_address, message_ids, read_block


@given(st.binary(max_size=300) | st.text("ab: \r\n\t=?-", max_size=120).map(str.encode))
def test_any_bytes_split_and_join_to_the_same_bytes(raw):
    assert read_block(raw).to_bytes() == raw


def test_fields_keep_their_folding_and_unfold_to_their_value():
    block = read_block(b"Subject: one\r\n two\r\nX-A: b\r\n\r\nbody")
    assert block.value("subject") == "one two"
    assert block.fields[0].raw == b"Subject: one\r\n two\r\n"
    assert block.rest == b"\r\nbody"


def test_a_field_put_in_takes_the_place_of_all_of_its_name():
    block = read_block(b"A: 1\nDate: x\nB: 2\ndate: y\n\n")
    assert block.put("Date", "z").to_bytes() == b"A: 1\nDate: z\nB: 2\n\n"
    assert block.put("C", "3").to_bytes().startswith(b"C: 3\nA: 1\n")


def test_a_header_cut_off_in_its_last_line_takes_fields_above_it():
    block = read_block(b"A: 1\r\nB: 2")
    assert block.on_top([("C", "3")]).to_bytes() == b"C: 3\r\nA: 1\r\nB: 2"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=?utf-8?q?r=C3=A9union?=", "réunion"),
        ("=?utf-8?b?4oKs?= =?utf-8?b?4oKs?=", "€€"),
        ("=?nonsense?q?abc?=", "=?nonsense?q?abc?="),
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("plain", "plain"),
    ],
)
def test_encoded_words(written, shown):
    assert decode_words(written) == shown


def test_bytes_that_are_not_utf8_are_read_as_latin_1():
    assert read_block(b"Subject: caf\xe9\r\n\r\n").value("Subject") == "café"
    assert read_block("Subject: café\r\n\r\n".encode()).value("Subject") == "café"


def test_addresses_are_read_with_their_names():
    field = '"Doe, John" <John@Example.com>, =?utf-8?q?J=C3=BCrgen?= <j@x.org>, broken'
    assert addresses(field) == [("Doe, John", "john@example.com"), ("Jürgen", "j@x.org")]


@pytest.mark.parametrize("text", ["", "a", "@b", "a@", "a b@c", "a@b\r\nBcc: c@d", "<a@b>"])
def test_no_address(text):
    assert not is_address(text)


def test_message_ids_lose_their_brackets():
    assert message_ids("<a@b> junk <c@d>") == ["a@b", "c@d"]
