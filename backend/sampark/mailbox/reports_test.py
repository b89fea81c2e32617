"""Delivery reports of many servers: which mail, which recipient, which code, another try or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox import reports
from sampark.mailbox.mime import parse

HEAD = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.hill.example\nTo: sampark@example.com\n"
ORIGINAL = "X-Sampark-Key: 0123abc\nMessage-ID: <1@mail.example>\nSubject: Re: Plan\n"


def _standard(fields, *, returned="text/rfc822-headers", original=ORIGINAL):
    return (
        f"{HEAD}Subject: Undelivered Mail Returned to Sender\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.hill.example\n\n{fields}\n"
        f"--b\nContent-Type: {returned}\n\n{original}\n--b--\n"
    )


def _read(text):
    return reports.read(parse(text.encode()))


FAILED = (
    "Final-Recipient: rfc822; bob@stone.example\nAction: failed\nStatus: 5.1.1 (bad mailbox)\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <bob@stone.example>\n  no such user\n"
)


def test_a_standard_report():
    found = _read(_standard(FAILED))
    assert (found.key, found.message_ids) == ("0123abc", ("<1@mail.example>",))
    assert (found.outcome, found.status, found.permanent) == ("failed", "5.1.1", True)
    (one,) = found.recipients
    assert (one.recipient, one.outcome) == ("bob@stone.example", "failed")
    assert one.diagnostic == "550 5.1.1 <bob@stone.example>  no such user"


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_the_original_is_known_by_its_headers(returned):
    assert _read(_standard(FAILED, returned=returned)).key == "0123abc"


def test_each_recipient_has_its_own_outcome():
    delayed = "Original-Recipient: rfc822;<ann@hill.example>\nFinal-Recipient: rfc822; a\nAction: delayed\nStatus: 4.4.1\n"
    found = _read(_standard(f"{FAILED}\n{delayed}"))
    assert [(each.recipient, each.outcome) for each in found.recipients] == [
        ("bob@stone.example", "failed"),
        ("ann@hill.example", "delayed"),
    ]
    assert found.outcome == "failed"


@pytest.mark.parametrize(
    ("action", "status", "outcome", "permanent"),
    [
        ("failed", "5.2.2", "failed", True),
        ("failed", "4.4.7", "failed", False),
        ("Delayed", "4.4.1", "delayed", False),
        ("delivered", "2.1.5", "delivered", False),
        ("relayed", "2.0.0", "delivered", False),
        ("failed", "", "failed", True),
    ],
)
def test_actions_and_codes(action, status, outcome, permanent):
    fields = f"Final-Recipient: rfc822; bob@stone.example\nAction: {action}\nStatus: {status}\n"
    found = _read(_standard(fields))
    assert (found.outcome, found.status, found.permanent) == (outcome, status, permanent)


WORDS = {
    "qmail": (
        "Subject: failure notice\n\nHi. This is the qmail-send program at mx.hill.example.\n\n"
        "<bob@stone.example>:\n192.0.2.1 does not like recipient. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <sampark@example.com>\n",
        "failed",
        "5.1.1",
    ),
    "exim": (
        "X-Failed-Recipients: bob@stone.example\nSubject: Mail delivery failed: returning message to sender\n\n"
        "The following address(es) failed:\n\n  bob@stone.example\n    host mx [192.0.2.1]: 550 no such user\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n",
        "failed",
        "5.0.0",
    ),
    "exim, a delay": (
        "Subject: Warning: message 1abc-0001 delayed 24 hours\n\nA message has not yet been delivered to"
        " bob@stone.example\nNo action is required on your part. Delivery attempts will continue.\n\n",
        "delayed",
        "",
    ),
    "zoho": (
        "Subject: Undelivered Mail Returned to Sender\n\nThis is a permanent error.\n\n"
        "bob@stone.example Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 <bob@stone.example>\n\n",
        "failed",
        "5.1.1",
    ),
    "its subject says nothing": (
        "Subject: Processing Error\n\nIntended recipient: bob@stone.example\n\nThe following mail has been returned.\n\n"
        "--------RETURNED MAIL FOLLOWS--------\n",
        "failed",
        "",
    ),
    "a version is no code": (
        "Subject: Undeliverable: Release 2.0.12\n\nYour message about 2.0.12\n\ndid not reach the following recipient(s):\n\n"
        "bob@stone.example on Thu\nThe recipient name is not recognized\n\n",
        "failed",
        "",
    ),
    "domino, nobody named": (
        "Subject: DELIVERY FAILURE: user not listed\n\nYour message was not delivered.\n\n",
        "failed",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("server", WORDS)
def test_servers_with_words_of_their_own(server):
    text, outcome, status = WORDS[server]
    found = _read(HEAD + text + ORIGINAL + "\nDear you\n")
    assert (found.outcome, found.status) == (outcome, status)
    assert (found.key, found.message_ids[0]) == ("0123abc", "<1@mail.example>")
    named = [each.recipient for each in found.recipients]
    assert named == ([""] if "nobody" in server else ["bob@stone.example"])


def test_a_report_without_the_original_refers_to_it():
    found = _read(
        HEAD + "In-Reply-To: <2@x>\nReferences: <1@x> <2@x>\nSubject: Undeliverable: Plan\n\nSorry."
    )
    assert (found.key, found.message_ids) == ("", ("<2@x>", "<1@x>"))


NONE = [
    "From: a@b.cd\nSubject: Undeliverable: what is that?\n\n550 5.1.1 no such user bob@stone.example",
    "From: a@b.cd\nAuto-Submitted: auto-replied\nIn-Reply-To: <1@x>\nSubject: Away\n\nUntil Monday.",
    "From: a@b.cd\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nRead.\n--b--",
    "From: a@b.cd\nList-Id: <x>\nSubject: Delivery status\n\nx",
    _standard(FAILED).replace("multipart/report; report-type=delivery-status", "multipart/mixed").replace(HEAD, "From: a@b.cd\n").replace("Undelivered Mail Returned to Sender", "Look")
    .replace("message/delivery-status", "text/plain"),
    "From: a@b.cd\nSubject: Look\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nWhat is that?\n--o\n"
    "Content-Type: message/rfc822\n\n" + _standard(FAILED) + "\n--o--\n",
    "From: fbl@a.example\nSubject: FW: x\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\n"
    "550 5.7.1 complaint\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b\n"
    f"Content-Type: message/rfc822\n\n{ORIGINAL}\n--b--\n",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_other_mail_reports_nothing(text):
    assert _read(text) is None


def test_a_report_on_a_thousand_recipients_is_read_in_part():
    assert 0 < len(_read(_standard(f"{FAILED}\n" * 1000)).recipients) <= 50


@given(st.binary(max_size=400))
def test_any_report_is_read(content):
    head = _standard("").partition("Reporting-MTA")[0].encode()
    reports.read(parse(head + content))
    reports.read(parse(HEAD.encode() + b"Subject: failure notice\n\n" + content))
