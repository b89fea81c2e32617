"""Exactly one mail reaches the recipient, whatever fails and whenever the process dies."""

import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
import pytest

from sampark.domain.base import ThreadId
from sampark.errors import MailboxError, ReconnectNeeded
from sampark.mailbox import outbox
from sampark.mailbox.conftest import ACCOUNT, connect
from sampark.mailbox.outbox import GIVE_UP, QUIET, deliver, reconcile
from sampark.sandbox.control import Fault

ASKED = b"From: you@example.com\r\nTo: sampark@example.com\r\nSubject: Plan\r\nMessage-ID: <p@x.yz>\r\n\r\nDo it.\r\n"
ANSWER = (
    b"From: sampark@example.com\r\nTo: you@example.com\r\nSubject: Re: Plan\r\nIn-Reply-To: <p@x.yz>\r\n"
    b"References: <p@x.yz>\r\nX-Sampark-Key: k1\r\nMessage-ID: <k1@example.com>\r\n\r\nDone.\r\n"
)


class Died(BaseException):
    """The process was killed here."""


@dataclass(frozen=True)
class Row:
    key: str
    thread_id: ThreadId
    mime: bytes
    state: outbox.State = "planned"
    draft_id: str | None = None
    updated_at: datetime | None = None
    reason: str = ""
    message_id: str = ""


class Clock:
    def __init__(self):
        self.at = datetime(2026, 3, 3, tzinfo=UTC)

    def now(self):
        return self.at

    def wait(self, span):
        self.at += span


class Rows:
    """An outbox of one row in memory, as strict as a durable one."""

    def __init__(self, row, clock):
        self.row = row
        self.clock = clock
        self.drafts = []

    def get(self, key):
        assert key == self.row.key
        return self.row

    def drafted(self, key, draft_id):
        assert self.row.state in {"planned", "sending"}
        assert self.row.draft_id in {None, draft_id}
        self.drafts.append(draft_id)
        self._set(state="sending", draft_id=draft_id)

    def sent(self, key, gmail_id, thread_id, message_id):
        self._set(state="sent", message_id=message_id)

    def failed(self, key, reason):
        assert self.row.state != "sent"
        self._set(state="failed", reason=reason)

    def unknown(self, key, reason):
        assert self.row.state != "sent"
        self._set(state="unknown", reason=reason)

    def _set(self, **changes):
        self.row = replace(self.row, **changes, updated_at=self.clock.now())


class Countdown:
    """Kills the process before or after the n-th outside call, counted over all that it wraps."""

    def __init__(self, left, *, after):
        self.left, self.after = left, after

    def around(self, inner):
        return Mortal(inner, self)


class Mortal:
    def __init__(self, inner, countdown):
        self._inner, self._countdown = inner, countdown

    def __getattr__(self, name):
        method = getattr(self._inner, name)
        if name not in CALLS:
            return method

        def call(*args, **kwargs):
            self._countdown.left -= 1
            last = self._countdown.left == 0
            if last and not self._countdown.after:
                raise Died
            result = method(*args, **kwargs)
            if last:
                raise Died
            return result

        return call


CALLS = {
    "marked",
    "create_draft",
    "send_draft",
    "draft_exists",
    "message_id",
    "drafted",
    "sent",
    "failed",
    "unknown",
}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rows(sandbox, clock):
    thread = sandbox.control.deliver(ASKED, to=ACCOUNT).thread_id
    return Rows(Row("k1", ThreadId(thread), ANSWER), clock)


def _received(you):
    return len(you.search("subject:Plan", 10))


def _settle(gmail, rows, clock, *, rounds=6):
    """What the system does after a restart: deliver again, and reconcile in time."""
    for _ in range(rounds):
        if rows.row.state not in {"planned", "sending"}:
            break
        with contextlib.suppress(MailboxError):
            deliver("k1", gmail, rows, clock=clock)
        clock.wait(QUIET)


def test_a_planned_mail_is_sent(gmail, you, rows, clock):
    row = deliver("k1", gmail, rows, clock=clock)
    assert (row.state, _received(you)) == ("sent", 1)
    assert row.message_id.startswith("<")
    assert row.message_id != "<k1@example.com>"
    assert deliver("k1", gmail, rows, clock=clock).state == "sent"
    assert reconcile("k1", gmail, rows, clock=clock).state == "sent"
    assert _received(you) == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("when", range(1, 8))
def test_a_death_at_any_call_ends_in_one_mail(gmail, you, rows, clock, when, after):
    countdown = Countdown(when, after=after)
    with contextlib.suppress(Died):
        deliver("k1", countdown.around(gmail), countdown.around(rows), clock=clock)
    _settle(gmail, rows, clock)
    assert (rows.row.state, _received(you)) == ("sent", 1)


PATHS = [
    "POST .*/drafts$",
    "POST .*/drafts/send",
    "GET .*/threads",
    "GET .*/drafts",
    "GET .*/messages",
]
KINDS = ["server_error", "rate_limit", "quota", "drop_before", "drop_after", "error_after"]


FAULTS = [Fault(kind=kind, match=path, retry_after=0) for path in PATHS for kind in KINDS]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.match} {fault.kind}")
def test_behaviour_15_any_fault_at_any_request_ends_in_one_mail(
    sandbox, gmail, you, rows, clock, fault
):
    sandbox.control.fault(fault)
    _settle(gmail, rows, clock)
    sandbox.control.clear_faults()
    assert (rows.row.state, _received(you)) == ("sent", 1)


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
def test_a_send_that_was_accepted_without_an_answer_is_not_repeated(
    sandbox, gmail, you, rows, clock, kind
):
    sandbox.control.fault(Fault(kind=kind, match="POST .*/drafts/send"))
    assert deliver("k1", gmail, rows, clock=clock).state == "sent"
    sends = [seen for seen in sandbox.control.requests() if seen.path.endswith("/drafts/send")]
    assert (len(sends), _received(you)) == (1, 1)


def test_a_send_that_takes_too_long_is_found_later(sandbox, you, rows, clock):
    hasty = connect(sandbox, ACCOUNT, timeout=0.3)
    sandbox.control.fault(Fault(kind="delay", match="POST .*/drafts/send", seconds=0.8))
    assert deliver("k1", hasty, rows, clock=clock).state == "sending"
    _settle(connect(sandbox, ACCOUNT), rows, clock)
    assert (rows.row.state, _received(you)) == ("sent", 1)


def test_a_refused_send_waits_for_quiet_and_uses_the_same_draft(sandbox, gmail, you, rows, clock):
    sandbox.control.fault(Fault(kind="server_error", match="POST .*/drafts/send"))
    assert deliver("k1", gmail, rows, clock=clock).state == "sending"
    assert reconcile("k1", gmail, rows, clock=clock).state == "sending"
    assert _received(you) == 0
    clock.wait(QUIET)
    assert reconcile("k1", gmail, rows, clock=clock).state == "sent"
    assert (len(set(rows.drafts)), _received(you)) == (1, 1)


def test_a_draft_without_an_answer_is_adopted(sandbox, gmail, you, rows, clock):
    sandbox.control.fault(Fault(kind="drop_after", match="POST .*/drafts$"))
    with pytest.raises(MailboxError):
        deliver("k1", gmail, rows, clock=clock)
    assert rows.row.state == "planned"
    assert deliver("k1", gmail, rows, clock=clock).state == "sent"
    creates = [
        seen
        for seen in sandbox.control.requests()
        if seen.path.endswith("/drafts") and seen.method == "POST"
    ]
    assert (len(creates), _received(you)) == (1, 1)


def test_behaviour_16_a_draft_that_a_person_deleted_is_left_to_a_person(
    sandbox, gmail, you, rows, clock
):
    sandbox.control.fault(Fault(kind="server_error", match="POST .*/drafts/send"))
    deliver("k1", gmail, rows, clock=clock)
    _delete_draft(sandbox, rows.row.draft_id)
    clock.wait(QUIET)
    assert reconcile("k1", gmail, rows, clock=clock).state == "sending"
    clock.wait(GIVE_UP)
    row = reconcile("k1", gmail, rows, clock=clock)
    assert (row.state, _received(you)) == ("unknown", 0)
    assert "look in Gmail" in row.reason


def test_a_row_from_an_old_backup_is_not_sent_again(gmail, you, rows, clock):
    planned = rows.row
    deliver("k1", gmail, rows, clock=clock)
    rows.row = planned
    assert deliver("k1", gmail, rows, clock=clock).state == "sent"
    assert _received(you) == 1


def test_a_row_in_sending_from_an_old_backup_is_not_sent_again(gmail, you, rows, clock):
    deliver("k1", gmail, rows, clock=clock)
    rows.row = replace(rows.row, state="sending")
    assert reconcile("k1", gmail, rows, clock=clock).state == "sent"
    assert _received(you) == 1


def test_a_mail_gmail_refuses_for_good_has_failed(gmail, rows, clock):
    rows.row = replace(rows.row, mime=ANSWER.replace(b"To: you@example.com", b"To: "))
    row = deliver("k1", gmail, rows, clock=clock)
    assert row.state == "failed"
    assert "400" in row.reason


def test_a_mail_that_joined_no_thread_is_found(sandbox, gmail, you, rows, clock):
    rows.row = replace(rows.row, mime=ANSWER.replace(b"Re: Plan", b"Plan B"))
    sandbox.control.fault(Fault(kind="drop_after", match="POST .*/drafts/send"))
    assert deliver("k1", gmail, rows, clock=clock).state == "sending"
    clock.wait(QUIET)
    assert reconcile("k1", gmail, rows, clock=clock).state == "sent"
    assert _received(you) == 1


def test_a_lost_grant_changes_nothing(sandbox, gmail, you, rows, clock):
    sandbox.control.fault(Fault(kind="unauthorized", match="", times=0))
    with pytest.raises(ReconnectNeeded):
        deliver("k1", gmail, rows, clock=clock)
    sandbox.control.clear_faults()
    assert deliver("k1", gmail, rows, clock=clock).state == "sent"
    assert _received(you) == 1


def _delete_draft(sandbox, draft_id):
    httpx.delete(
        f"{sandbox.endpoint}/gmail/v1/users/me/drafts/{draft_id}",
        headers={"Authorization": f"Bearer {sandbox.token(ACCOUNT)}"},
        trust_env=False,
    ).raise_for_status()
