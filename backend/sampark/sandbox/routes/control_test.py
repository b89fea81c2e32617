import base64

import pytest

from sampark.errors import SamparkError
from sampark.sandbox.control import Control
from sampark.sandbox.headers import read_block

GARBAGE = [
    b"",
    b"\x00\xff\xfe",
    b"\r\n\r\n",
    b"no header at all",
    b"Subject: x",
    b"From: \xff\xfe <>\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--",
    b"Content-Type: text/plain; charset=\xc3\r\nContent-Transfer-Encoding: base64\r\n\r\n====",
    "From: ünï <ü@ü.de>\r\n\r\nß".encode(),
    b"From: a@b.org\nSubject: bare line ends\n\nx\n",
    bytes(range(256)) * 40,
]


@pytest.mark.parametrize("raw", GARBAGE)
def test_any_bytes_are_delivered_and_kept(sandbox, ours, raw_of, raw):
    delivered = sandbox.control.deliver(raw, to="sampark@example.com")
    for view in ("full", "metadata", "minimal"):
        got = ours.messages().get(userId="me", id=delivered.gmail_id, format=view).execute()
        assert got["threadId"] == delivered.thread_id
    stored = raw_of(ours, delivered.gmail_id)
    assert stored.endswith(raw)
    assert read_block(stored).value("Authentication-Results").startswith("mx.google.com;")


def test_a_delivered_mail_joins_its_thread(sandbox, written, ours, raw_of):
    first = sandbox.control.deliver(written(subject="A"), to="sampark@example.com")
    parent = read_block(raw_of(ours, first.gmail_id)).value("Message-ID")
    answer = written(subject="Re: A", in_reply_to=parent)
    other = written(subject="Re: B", in_reply_to=parent)
    assert sandbox.control.deliver(answer, to="sampark@example.com").thread_id == first.thread_id
    assert sandbox.control.deliver(other, to="sampark@example.com").thread_id != first.thread_id


@pytest.mark.parametrize("dmarc", ["pass", "fail", "none"])
def test_the_verdict_is_the_one_asked_for(sandbox, written, ours, raw_of, dmarc):
    raw = b"Authentication-Results: mx.google.com; dmarc=pass\r\n" + written()
    delivered = sandbox.control.deliver(
        raw, to="sampark@example.com", dmarc=dmarc, mail_from="x@y.org"
    )
    block = read_block(raw_of(ours, delivered.gmail_id))
    (verdict,) = block.all("Authentication-Results")
    assert ("dmarc=pass" in verdict.value) == (dmarc == "pass")
    assert block.value("Return-Path") == "<x@y.org>"


def test_accounts_are_made_once_and_keep_their_token(sandbox):
    control = Control(sandbox.endpoint)
    token = control.account("New@Example.com ")
    assert token == control.account("new@example.com") == sandbox.token("new@example.com")
    assert control.accounts() == ["sampark@example.com", "you@example.com", "new@example.com"]


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda control: control.account("nobody"), "'nobody' is no mail address"),
        (lambda control: control.deliver(b"x", to="no@where.org"), "no account 'no@where.org'"),
        (lambda control: control.expire_history("no@where.org"), "no account"),
        (lambda control: control.alias("you@example.com", "x"), "'x' is no mail address"),
        (lambda control: control.alias("you@example.com", "sampark@example.com"), "is taken"),
        (
            lambda control: control.deliver(b"x", to="you@example.com", mail_from="a\r\nb"),
            "is no envelope sender",
        ),
    ],
)
def test_bad_input_is_named(sandbox, call, problem):
    with pytest.raises(SamparkError, match=problem):
        call(sandbox.control)


def test_a_sandbox_that_is_not_there_is_named():
    with pytest.raises(SamparkError, match=r"No sandbox answers at http://127.0.0.1:1:"):
        Control("http://127.0.0.1:1").accounts()


def test_a_reset_forgets_the_mail_and_keeps_the_accounts(sandbox, written, ours):
    sandbox.control.deliver(written(), to="sampark@example.com")
    start = ours.getProfile(userId="me").execute()["historyId"]
    sandbox.control.reset()
    profile = ours.getProfile(userId="me").execute()
    assert profile["messagesTotal"] == profile["threadsTotal"] == 0
    assert int(profile["historyId"]) > int(start)
    assert [seen.path for seen in sandbox.control.requests()] == ["/gmail/v1/users/me/profile"]
    assert "resultSizeEstimate" in ours.messages().list(userId="me", q="hello").execute()


def test_a_large_mail_goes_through(sandbox, ours, raw_of, written):
    data = base64.encodebytes(bytes(range(256)) * 20_000)
    raw = written(content_transfer_encoding="base64") + data
    delivered = sandbox.control.deliver(raw, to="sampark@example.com")
    assert raw_of(ours, delivered.gmail_id).endswith(data)
