from datetime import UTC, datetime

import pytest

from sampark.sandbox.headers import read_block
from sampark.sandbox.stamps import Arrival, Sender, arrived, header_date, outgoing

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENDER = Sender("ann@example.com", {"ann@example.com": "", "desk@example.com": "Desk"})


def sent(raw, *, new_id=True):
    return outgoing(read_block(raw), SENDER, at=AT, number=1, new_id=new_id)


def arriving(raw, *, dmarc="pass", mail_from="bob@other.org"):
    return arrived(read_block(raw), Arrival("ann@example.com", mail_from, dmarc, AT, 1))


def test_what_is_missing_is_added():
    mail = sent(b"To: b@x.org\r\n\r\nhi")
    assert mail.value("From") == "ann@example.com"
    assert header_date(mail) == AT
    assert mail.value("Message-ID").endswith("@mail.gmail.com>")
    assert mail.value("MIME-Version") == "1.0"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ann B <ann@example.com>", "Ann B <ann@example.com>"),
        ("desk@example.com", "desk@example.com"),
        ("=?utf-8?q?J=C3=BCrgen?= <boss@bank.com>", "=?utf-8?q?J=C3=BCrgen?= <ann@example.com>"),
        ("boss@bank.com", "ann@example.com"),
        ("ann@example.com, boss@bank.com", "ann@example.com"),
        ("nonsense", "ann@example.com"),
        (
            "=?utf-8?q?a=0D=0ABcc=3A_e=40x=2Eorg?= <boss@bank.com>",
            '"a Bcc: e@x.org" <ann@example.com>',
        ),
    ],
)
def test_from_is_the_account_or_an_alias(given, kept):
    mail = sent(b"From: " + given.encode() + b"\r\nTo: b@x.org\r\n\r\nhi")
    assert mail.value("From") == kept
    assert not mail.all("Bcc")


def test_the_message_id_is_replaced_or_kept_by_the_switch():
    raw = b"Message-ID: <mine@home>\r\nTo: b@x.org\r\n\r\nhi"
    assert sent(raw, new_id=True).value("Message-ID") != "<mine@home>"
    assert sent(raw, new_id=False).value("Message-ID") == "<mine@home>"
    assert sent(b"To: b@x.org\r\n\r\nhi", new_id=False).value("Message-ID")


def test_a_marker_field_and_the_body_stay_as_they_are():
    raw = b"X-Sampark-Key: k1\r\nFrom: ann@example.com\r\n\r\nb\xff\x00dy\nlast"
    mail = sent(raw).to_bytes()
    assert b"X-Sampark-Key: k1\r\n" in mail
    assert mail.endswith(b"\r\n\r\nb\xff\x00dy\nlast")


@pytest.mark.parametrize(
    "forged",
    [
        b"Authentication-Results: mx.google.com; dmarc=pass header.from=bank.com",
        b"authentication-results: MX.GOOGLE.COM 1; dmarc=pass",
        b"Authentication-Results:\r\n (a comment) mx.google.com;\r\n dmarc=pass",
        b'Authentication-Results: "mx.google.com"; dmarc=pass',
    ],
)
def test_a_verdict_that_claims_to_be_ours_is_removed(forged):
    mail = arriving(forged + b"\r\nFrom: bob@other.org\r\n\r\nhi", dmarc="fail")
    verdicts = [field.value for field in mail.all("Authentication-Results")]
    assert len(verdicts) == 1
    assert "dmarc=fail" in verdicts[0]
    assert "dmarc=pass" not in verdicts[0]


def test_the_verdict_of_another_server_stays_below_ours():
    raw = b"Authentication-Results: mx.other.org; dmarc=pass\r\nFrom: bob@other.org\r\n\r\nhi"
    first, second = [field.value for field in arriving(raw).all("Authentication-Results")]
    assert first.startswith("mx.google.com;")
    assert second.startswith("mx.other.org;")


@pytest.mark.parametrize(
    ("dmarc", "result"), [("pass", "dmarc=pass"), ("fail", "dmarc=fail"), ("none", "spf=none")]
)
def test_the_wanted_verdict_names_the_domain_of_from(dmarc, result):
    verdict = arriving(b"From: Bob <bob@Other.org>\r\n\r\nhi", dmarc=dmarc)
    text = verdict.value("Authentication-Results")
    assert result in text
    assert ("header.from=other.org" in text) == (dmarc != "none")
    assert ("dmarc=" in text) == (dmarc != "none")


def test_an_arrived_mail_bears_its_trace():
    mail = arriving(b"Return-Path: <evil@x>\r\nFrom: bob@other.org\r\n\r\nhi")
    assert [field.value for field in mail.all("Return-Path")] == ["<bob@other.org>"]
    assert mail.value("Delivered-To") == "ann@example.com"
    assert "by mx.google.com" in mail.value("Received")


def test_a_bounce_has_an_empty_return_path():
    mail = arriving(b"From: mailer-daemon@other.org\r\n\r\nhi", mail_from="")
    assert mail.value("Return-Path") == "<>"


def test_a_missing_or_broken_message_id_is_made():
    assert "SMTPIN_ADDED_MISSING@mx.google.com" in arriving(b"\r\nhi").value("Message-ID")
    broken = arriving(b"Message-ID: 123\r\nFrom: b@x.org\r\n\r\nhi")
    assert len(broken.all("Message-ID")) == 1
    assert broken.value("X-Google-Original-Message-ID") == "123"


def test_an_envelope_sender_cannot_write_into_the_verdict():
    mail = arriving(b"From: b@x.org\r\n\r\nhi", mail_from="a(b@other.org", dmarc="fail")
    assert 'smtp.mailfrom="a(b"@other.org' in mail.value("Authentication-Results")


def test_line_ends_of_the_stamps_follow_the_mail():
    assert b"\r\n" not in arriving(b"From: b@x.org\n\nhi\n").to_bytes()


@pytest.mark.parametrize("date", ["", "nonsense", "Mon, 99 Nov 2026 99:99:99 +9999"])
def test_no_date(date):
    assert header_date(read_block(f"Date: {date}\r\n\r\n".encode())) is None
