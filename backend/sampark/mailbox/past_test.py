"""A mailbox's past, found and brought in: only what nobody will act on, and all of it."""

from datetime import UTC, datetime, timedelta

import pytest

from sampark.errors import MailboxError
from sampark.mailbox import past
from sampark.mailbox.conftest import ACCOUNT
from sampark.mailbox.past import Brought
from sampark.sandbox.control import Fault

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


class Shelf:
    """A store in memory."""

    def __init__(self) -> None:
        self.mails = {}

    def unknown(self, account, gmail_ids):
        return [each for each in gmail_ids if each not in self.mails]

    def bring_in(self, account, past):
        self.mails |= {arrival.ref.gmail_id: (sender, subject) for arrival, sender, subject in past}
        return [arrival.ref for arrival, _, _ in past]


@pytest.fixture
def shelf():
    return Shelf()


def deliver(sandbox, count=1, more=b""):
    raw = b"From: Ann <ann@example.com>\r\nSubject: =?utf-8?b?w5xiZXI=?=\r\n\r\n" + more
    return [sandbox.control.deliver(raw, to=ACCOUNT).gmail_id for _ in range(count)]


def find(gmail, shelf, *, cursor=None, most=None, until=timedelta(minutes=1)):
    return past.find(
        gmail,
        shelf,
        since=LONG_AGO,
        until=datetime.now(UTC) + until,
        cursor=cursor,
        most=most,
    )


def test_the_newest_come_first_in_batches(sandbox, gmail, shelf):
    ids = deliver(sandbox, 60)
    found = find(gmail, shelf)
    assert [len(batch) for batch in found.batches] == [50, 10]
    assert [each for batch in found.batches for each in batch] == ids[::-1]
    assert list(past.bring_in(gmail, shelf, found)) == [Brought(50, 0, 0), Brought(10, 0, 0)]
    assert set(shelf.mails) == set(ids)
    assert set(shelf.mails.values()) == {("Ann <ann@example.com>", "Über")}
    assert find(gmail, shelf) == past.Past(batches=(), stored=60)


def test_what_came_after_the_cursor_is_left_to_the_sync(sandbox, gmail, shelf):
    ids = deliver(sandbox, 2)
    _, cursor = gmail.profile()
    deliver(sandbox, 510)
    assert find(gmail, shelf, cursor=cursor).batches == (tuple(ids[::-1]),)


def test_a_cursor_that_expired_holds_nothing_up(sandbox, gmail, shelf):
    ids = deliver(sandbox, 2)
    _, cursor = gmail.profile()
    sandbox.control.expire_history(ACCOUNT)
    assert find(gmail, shelf, cursor=cursor).batches == (tuple(ids[::-1]),)


def test_what_came_after_the_connection_is_left_out(sandbox, gmail, shelf):
    deliver(sandbox)
    assert find(gmail, shelf, until=timedelta(hours=-1)).mails == 0


def test_drafts_are_left_out_and_sent_mail_is_not(sandbox, gmail, shelf):
    raw = b"To: you@example.com\r\nSubject: x\r\n\r\nHi\r\n"
    gmail.create_draft(raw, "")
    sent = gmail.send_draft(gmail.create_draft(raw, ""))
    assert find(gmail, shelf).batches == ((sent.gmail_id,),)


def test_large_messages_come_last_and_alone(sandbox, gmail, shelf):
    large = deliver(sandbox, 2, more=b"x " * 300_000)
    small = deliver(sandbox, 2)
    found = find(gmail, shelf, most=3)
    assert found.batches == (tuple(small[::-1]), (large[1],))


def test_what_is_refused_now_comes_the_next_time(sandbox, gmail, shelf):
    ids = deliver(sandbox, 3)
    sandbox.control.fault(Fault(kind="server_error", match=f"/messages/{ids[1]}", times=0))
    assert list(past.bring_in(gmail, shelf, find(gmail, shelf))) == [Brought(2, 0, 1)]
    sandbox.control.clear_faults()
    assert find(gmail, shelf).batches == ((ids[1],),)


def test_a_mailbox_that_fails_keeps_the_batches_before(sandbox, gmail, shelf):
    deliver(sandbox, 60)
    coming = past.bring_in(gmail, shelf, find(gmail, shelf))
    next(coming)
    sandbox.control.fault(Fault(kind="server_error", match="/batch", times=0))
    with pytest.raises(MailboxError):
        next(coming)
    assert len(shelf.mails) == 50
