"""Who a mail is from: one plain mailbox, or nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.addresses import is_plain, read_addresses
from sampark.mailbox.mime import parse

SENDERS = [
    b"From: a@b.cd\r\nFrom: e@f.gh\r\n",
    b"From: a@b.cd, e@f.gh\r\n",
    b"From: friends: a@b.cd;\r\n",
    b"From: <@route.example:a@b.cd>\r\n",
    b"From: a@b.cd <e@f.gh> <i@j.kl>\r\n",
    b"From: you@example.com a@b.cd\r\n",
    b"From: \"x\r y\" <a@b.cd>\r\n",
    b"From: a\x00@b.cd\r\n",
    b"From: Ann\r\n",
    b"From: <>\r\n",
    b"From: \r\n",
    b"From: " + b"(" * 5000 + b"\r\n",
    b"From: \"unclosed <a@b.cd>\r\n",
    b"From: <a@b.cd\r\n",
    b"From: a@b.cd (" + b"x" * 9000 + b")\r\n",
    b"To: a@b.cd\r\n",
    b"From: a@b.cd\r\n" + b"X: y\r\n" * 400,
    b"From: a@b.cd\r\n" + b"X: " + b"y" * 70_000 + b"\r\n",
]  # fmt: skip


@pytest.mark.parametrize("head", SENDERS)
def test_no_sender_where_the_from_header_is_not_one_plain_mailbox(head):
    found = parse(head + b"Subject: x\r\n\r\nWords.")
    assert found.sender is None
    assert found.notes


GOOD_SENDERS = [
    (b"From: a@B.cd", "", "a@b.cd"),
    (b"from : Ann <A@b.cd>", "Ann", "A@b.cd"),
    (b'From: "Hill, Ann" <a@b.cd>', "Hill, Ann", "a@b.cd"),
    (b"From: a@b.cd (Ann Hill)", "Ann Hill", "a@b.cd"),
    (b"From: =?utf-8?q?J=C3=B6rg?= <a@b.cd>", "Jörg", "a@b.cd"),
    (b'From: "=?utf-8?q?J=C3=B6rg?=" <a@b.cd>', "Jörg", "a@b.cd"),
    (b"From: =?utf-8?q?you=40example=2Ecom_=3Cyou=40example=2Ecom=3E?= <a@b.cd>",
     "you@example.com <you@example.com>", "a@b.cd"),
    (b'From: "you@example.com" <a@b.cd>', "you@example.com", "a@b.cd"),
    (b"From: Ann\r\n <a@b.cd>", "Ann", "a@b.cd"),
    (b"From: (one (two)) Ann <a@b.cd>", "Ann", "a@b.cd"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "name", "email"), GOOD_SENDERS)
def test_the_sender_is_taken_from_the_structure_not_from_decoded_words(header, name, email):
    sender = parse(header + b"\r\n\r\nx").sender
    assert sender is not None
    assert (sender.name, sender.email) == (name, email)


LISTS = [
    ("a@b.cd, e@f.gh", ["a@b.cd", "e@f.gh"]),
    ('"Hill, Ann" <a@b.cd>, e@f.gh', ["a@b.cd", "e@f.gh"]),
    ("a@b.cd; e@f.gh", ["a@b.cd", "e@f.gh"]),
    ("a@b.cd,, ,e@f.gh,", ["a@b.cd", "e@f.gh"]),
    ("friends: a@b.cd, e@f.gh;, i@j.kl", ["a@b.cd", "e@f.gh", "i@j.kl"]),
    ("undisclosed-recipients:;", []),
    ("Ann Hill a@b.cd, e@f.gh", ["a@b.cd", "e@f.gh"]),
    ("Ann <a@b.cd> x, e@f.gh", ["a@b.cd", "e@f.gh"]),
    ('"unclosed <a@b.cd>, e@f.gh', ["a@b.cd", "e@f.gh"]),
    ('"a b"@c.de', ['"a b"@c.de']),
    ("nobody", []),
]


@pytest.mark.parametrize(("text", "emails"), LISTS)
def test_lists(text, emails):
    assert [address.email for address in read_addresses(text).addresses] == emails


@pytest.mark.parametrize("email", ["a@b.cd", "a.b+c@x-y.example", "a@b.c.de"])
def test_plain(email):
    assert is_plain(email)


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "a@B.cd",
        ".a@b.cd",
        "a..b@c.de",
        "a@-b.cd",
        '"a"@b.cd',
        "a@[1.2.3.4]",
        "ä@b.cd",
        "a@b.cd\n",
        "",
    ],
)
def test_not_plain(email):
    assert not is_plain(email)


@given(st.text(alphabet='ab@.<>()\\",;: ', max_size=80))
def test_any_list_is_read(text):
    found = read_addresses(text)
    assert all("@" in address.email for address in found.addresses)
