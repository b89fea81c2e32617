"""The adapter against the sandbox over HTTP, faults included."""

import threading
from datetime import UTC, datetime

import pytest
from google.oauth2.credentials import Credentials

from sampark.errors import CursorExpired, MailboxError, MessageGone, ReconnectNeeded
from sampark.mailbox.conftest import ACCOUNT, YOU
from sampark.mailbox.gmail import Gmail, is_trigger
from sampark.mailbox.refusals import SendRefused
from sampark.sandbox.control import Fault

RAW = b"From: you@example.com\r\nTo: sampark@example.com\r\nSubject: Plan\r\nMessage-ID: <p@x.yz>\r\n\r\nDo it.\r\n"


def _deliver(sandbox, raw=RAW):
    return sandbox.control.deliver(raw, to=ACCOUNT)


def _answer(key="k1", to=YOU, subject="Re: Plan"):
    return (
        f"From: {ACCOUNT}\r\nTo: {to}\r\nSubject: {subject}\r\nIn-Reply-To: <p@x.yz>\r\nReferences: <p@x.yz>\r\n"
        f"X-Sampark-Key: {key}\r\nMessage-ID: <{key}@example.com>\r\n\r\nDone.\r\n"
    ).encode()


def test_the_profile_gives_a_cursor(gmail):
    account, cursor = gmail.profile()
    assert account == ACCOUNT
    assert cursor.isdecimal()


def test_history_tells_what_came_in(sandbox, gmail):
    _, start = gmail.profile()
    ids = [_deliver(sandbox).gmail_id for _ in range(3)]
    found = gmail.history(start)
    assert list(found.added) == ids
    assert int(found.cursor) > int(start)
    assert gmail.history(found.cursor).added == ()


def test_behaviour_04_history_goes_page_by_page(sandbox, gmail):
    _, start = gmail.profile()
    ids = [_deliver(sandbox).gmail_id for _ in range(520)]
    first = gmail.history(start)
    second = gmail.history(first.cursor)
    assert (first.more, second.more) == (True, False)
    assert [*first.added, *second.added] == ids
    assert int(start) < int(first.cursor) < int(second.cursor)


def test_behaviour_10_drafts_and_sent_mail_are_no_arrivals(sandbox, gmail):
    thread = _deliver(sandbox).thread_id
    _, start = gmail.profile()
    gmail.send_draft(gmail.create_draft(_answer(), thread))
    gmail.create_draft(_answer("k2"), thread)
    assert gmail.history(start).added == ()


def test_a_mail_to_oneself_is_an_arrival(gmail):
    _, start = gmail.profile()
    gmail.send_draft(gmail.create_draft(_answer(to=ACCOUNT), ""))
    assert len(gmail.history(start).added) == 1


def test_an_expired_cursor_is_told(sandbox, gmail):
    _, start = gmail.profile()
    _deliver(sandbox)
    sandbox.control.expire_history(ACCOUNT)
    with pytest.raises(CursorExpired):
        gmail.history(start)


def test_fetch_gives_the_raw_mail(sandbox, gmail):
    delivered = _deliver(sandbox)
    found = gmail.fetch(delivered.gmail_id)
    assert found.raw.endswith(b"\r\n\r\nDo it.\r\n")
    assert found.thread_id == delivered.thread_id
    assert "INBOX" in found.labels
    assert abs((found.internal_date - datetime.now(UTC)).total_seconds()) < 600


def test_a_message_that_is_gone_is_told(gmail):
    with pytest.raises(MessageGone):
        gmail.fetch("0123456789abcdef")


def test_search_is_bounded(sandbox, gmail):
    for _ in range(3):
        _deliver(sandbox)
    assert len(gmail.search("subject:Plan", 2)) == 2
    assert len(gmail.search("subject:Plan", 10)) == 3
    assert gmail.search("subject:Nothing", 10) == []


def test_a_draft_is_made_sent_and_gone(sandbox, gmail, you):
    thread = _deliver(sandbox).thread_id
    draft = gmail.create_draft(_answer(), thread)
    assert gmail.draft_exists(draft)
    marked = gmail.marked(thread, "k1")
    assert marked is not None
    assert (marked.state, marked.draft_id) == ("draft", draft)
    sent = gmail.send_draft(draft)
    assert sent.thread_id == thread
    assert not gmail.draft_exists(draft)
    marked = gmail.marked(thread, "k1")
    assert marked is not None
    assert (marked.state, marked.gmail_id) == ("sent", sent.gmail_id)
    assert gmail.marked(thread, "other") is None
    assert gmail.message_id(sent.gmail_id).startswith("<")
    assert len(you.search("subject:Plan", 10)) == 1
    with pytest.raises(SendRefused):
        gmail.send_draft(draft)


def test_a_mail_in_another_thread_is_found_among_the_recent(gmail):
    sent = gmail.send_draft(gmail.create_draft(_answer(), ""))
    assert gmail.marked("", "k1") is None
    found = gmail.marked("", "k1", recent=5)
    assert found is not None
    assert found.gmail_id == sent.gmail_id


def test_a_foreign_mail_with_our_marker_is_not_ours(sandbox, gmail):
    delivered = _deliver(sandbox, RAW.replace(b"Subject", b"X-Sampark-Key: k1\r\nSubject"))
    assert gmail.marked(delivered.thread_id, "k1") is None


def test_a_large_draft_is_uploaded(sandbox, gmail, you):
    body = b"".join(b"line %d\r\n" % number for number in range(500_000))
    sent = gmail.send_draft(gmail.create_draft(_answer() + body, _deliver(sandbox).thread_id))
    assert body in gmail.fetch(sent.gmail_id).raw
    assert body in you.fetch(you.search("subject:Plan", 1)[0]).raw


PASSING = [
    Fault(kind="server_error", match="GET", times=2),
    Fault(kind="rate_limit", match="GET", times=1, retry_after=0),
    Fault(kind="quota", match="GET", times=2),
    Fault(kind="drop_before", match="GET", times=3),
    Fault(kind="drop_after", match="GET", times=3),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.kind)
def test_reads_are_tried_again(sandbox, gmail, fault):
    sandbox.control.fault(fault)
    assert gmail.profile()[0] == ACCOUNT


def test_reads_give_up(sandbox, gmail):
    sandbox.control.fault(Fault(kind="server_error", match="GET", times=0))
    with pytest.raises(MailboxError, match="503"):
        gmail.profile()


@pytest.mark.parametrize(
    "kind", ["server_error", "rate_limit", "quota", "drop_before", "drop_after", "error_after"]
)
def test_writes_are_made_once(sandbox, gmail, kind):
    sandbox.control.fault(Fault(kind=kind, match="POST", times=1))
    with pytest.raises(MailboxError):
        gmail.create_draft(_answer(), "")
    posts = [seen for seen in sandbox.control.requests() if seen.method == "POST"]
    assert len(posts) == 1


def test_a_lost_grant_asks_for_a_person(sandbox, gmail):
    sandbox.control.fault(Fault(kind="unauthorized", match="", times=0))
    for call in (
        gmail.profile,
        lambda: gmail.create_draft(_answer(), ""),
        lambda: gmail.send_draft("r1"),
    ):
        with pytest.raises(ReconnectNeeded):
            call()


def test_a_wrong_token_asks_for_a_person(sandbox):
    stranger = Gmail(ACCOUNT, endpoint=sandbox.endpoint, credentials=Credentials(token="wrong"))
    with pytest.raises(ReconnectNeeded):
        stranger.profile()


def test_threads_have_their_own_connections(gmail):
    found = []
    threads = [threading.Thread(target=lambda: found.append(gmail.profile())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8


@pytest.mark.parametrize(
    ("labels", "taken"),
    [
        ({"INBOX", "UNREAD"}, True),
        ({"INBOX", "SENT"}, True),
        ({"Label_1"}, True),
        (set(), True),
        ({"SENT"}, False),
        ({"DRAFT"}, False),
        ({"SPAM"}, False),
        ({"INBOX", "TRASH"}, False),
        ({"CHAT"}, False),
    ],
)
def test_what_is_taken_in(labels, taken):
    assert is_trigger(frozenset(labels)) is taken
