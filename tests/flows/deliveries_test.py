"""Mails of ours that come back: the sent mail shows it, whichever server speaks."""

import re

import pytest

from sampark.sandbox.samples import sample
from sampark.testing.builders import mail

YOU = "you@example.com"


def _answered(world):
    """Let a task be answered; return the outbox row and the answer as it lies in the mailbox."""
    person = world.person(YOU)
    person.write(
        "/convert pdf",
        to=world.account,
        subject="A task",
        files={"minutes.md": sample("minutes.md")},
    )
    world.settle()
    (row,) = world.system.store.outbox.for_task(world.tasks[0].id)
    return row, person.raw_mails("INBOX")[-1]


def _head(raw):
    return re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0].decode()


def _standard(row, returned):
    return f"""Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: sampark@example.com
Subject: Delivery Status Notification (Failure)
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Your message wasn't delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; you@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 No such user
--b
Content-Type: text/rfc822-headers

{_head(returned)}
--b--
"""


def _qmail(row, returned):
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.com
To: sampark@example.com
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.

<you@example.com>:
452 mailbox full (#4.2.2)

--- Below this line is a copy of the message.

{_head(returned)}

Dear you
"""


def _reference(row, returned):
    return f"""From: postmaster@example.com
To: sampark@example.com
Subject: Undeliverable: A task
In-Reply-To: {row.message_id}

Your message did not reach you@example.com.
"""


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (_standard, "for good (5.1.1)"),
        (_qmail, "for a passing reason (4.2.2)"),
        (_reference, "for good"),
    ],
)
def test_behaviour_12_a_bounce_marks_the_mail_that_came_back(world, report, reason):
    row, returned = _answered(world)
    assert row.state == "sent"
    world.deliver(report(row, returned).encode(), dmarc="none")
    world.settle()
    store = world.system.store
    back = store.outbox.get(row.key)
    assert (back.state, store.outbox.held()) == ("bounced", [row.key])
    assert reason in back.reason
    events = [(event.kind, event.task, event.detail) for event in store.events.since(0)]
    assert ("outbox.state", row.task, {"key": row.key, "state": "bounced"}) in events
    newest = store.mails.rows()[0]
    assert newest.outcome == "ignored"
    assert "not delivered" in newest.reason
    assert len(world.outbound[YOU]) == 1


def test_a_delay_is_told_and_changes_nothing(world):
    row, returned = _answered(world)
    report = _standard(row, returned).replace("Action: failed", "Action: delayed")
    world.deliver(report.replace("5.1.1", "4.4.1").encode(), dmarc="none")
    world.settle()
    store = world.system.store
    assert store.outbox.get(row.key).state == "sent"
    assert "delivery.delayed" in [event.kind for event in store.events.since(0)]


def test_a_bounce_of_somebody_elses_mail_marks_nothing(world):
    row, _ = _answered(world)
    world.deliver(
        _standard(row, b"Message-ID: <other@example.org>\r\nX-Sampark-Key: 0\r\n\r\n").encode()
    )
    world.settle()
    assert world.system.store.outbox.get(row.key).state == "sent"


def test_a_persons_mail_about_a_bounce_is_a_task(world):
    row, _ = _answered(world)
    words = f"What does that mean?\n\n550 5.1.1 no such user\nX-Sampark-Key: {row.key}\n"
    world.deliver(mail(words, subject="Fwd: Undelivered Mail Returned to Sender"))
    world.settle()
    assert world.system.store.outbox.get(row.key).state == "sent"
    assert len(world.tasks) == 2
