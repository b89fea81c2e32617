"""The cursor's rules against the sandbox: nothing lost, nothing twice, under every fault."""

import contextlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.domain.base import AccountId, GmailId, ThreadId
from sampark.domain.mail import Arrival, MailRef
from sampark.domain.ports import SystemClock
from sampark.errors import CursorExpired, MailboxError, MessageGone
from sampark.mailbox import sync as syncing
from sampark.mailbox.conftest import ACCOUNT
from sampark.mailbox.gmail import History
from sampark.sandbox.control import Fault

CLOCK = SystemClock()


def sync(gmail, store, *, clock):
    """Sync to the end; return all that was stored."""
    return [ref for batch in syncing.sync(gmail, store, clock=clock) for ref in batch]


def sweep(gmail, store, *, since=timedelta(hours=1), until=timedelta(minutes=1)):
    """Sweep from so long ago to so far ahead; return all that was stored."""
    now = datetime.now(UTC)
    found = syncing.sweep(gmail, store, since=now - since, until=now + until)
    return [ref for batch in found for ref in batch]


def _raw(number):
    return f"From: you@example.com\r\nSubject: {number}\r\nMessage-ID: <{number}@x.yz>\r\n\r\nDo it.\r\n".encode()


class Inbox:
    """A store in memory. `fail` makes the next commit fail before anything is kept."""

    def __init__(self):
        self.mails = {}
        self.at = None
        self.fail = False
        self.commits = 0

    def cursor(self, account):
        return self.at

    def take_in(self, account, arrivals, cursor):
        if self.fail:
            self.fail = False
            raise MailboxError("The store failed.")
        self.commits += 1
        fresh = [arrival for arrival in arrivals if arrival.ref.gmail_id not in self.mails]
        self.mails |= {arrival.ref.gmail_id: arrival for arrival in fresh}
        if cursor is not None:
            self.at = max(self.at or "0", cursor, key=int)
        return [arrival.ref for arrival in fresh]

    def unknown(self, account, gmail_ids):
        return [gmail_id for gmail_id in dict.fromkeys(gmail_ids) if gmail_id not in self.mails]

    def last_internal_date(self, account):
        return max((arrival.internal_date for arrival in self.mails.values()), default=None)


@pytest.fixture
def inbox(gmail):
    store = Inbox()
    assert sync(gmail, store, clock=CLOCK) == []
    return store


def _deliver(sandbox, count=1, first=0):
    return [
        sandbox.control.deliver(_raw(first + number), to=ACCOUNT).gmail_id
        for number in range(count)
    ]


def _ids(refs):
    return [ref.gmail_id for ref in refs]


def test_the_first_sync_pins_the_cursor_and_takes_nothing(sandbox, gmail):
    _deliver(sandbox, 3)
    store = Inbox()
    assert sync(gmail, store, clock=CLOCK) == []
    assert store.mails == {}
    assert store.at is not None


def test_new_mail_comes_once_and_in_order(sandbox, gmail, inbox):
    ids = _deliver(sandbox, 3)
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == ids
    assert sync(gmail, inbox, clock=CLOCK) == []


def test_behaviour_04_many_mails_come_in_batches_and_the_cursor_moves_last(sandbox, gmail, inbox):
    before = inbox.at
    ids = _deliver(sandbox, 120)
    inbox.commits = 0
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == ids
    assert inbox.commits == 3
    assert int(inbox.at) > int(before)


def test_behaviour_04_a_crash_between_batches_repeats_and_loses_nothing(sandbox, gmail, inbox):
    ids = _deliver(sandbox, 60)
    before = inbox.at
    inbox.fail = True
    with pytest.raises(MailboxError):
        sync(gmail, inbox, clock=CLOCK)
    assert inbox.at == before
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == ids


def test_behaviour_07_a_message_that_is_gone_is_skipped(sandbox, gmail, inbox):
    ids = _deliver(sandbox, 3)
    _delete(sandbox, ids[1])
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == [ids[0], ids[2]]


def _post(sandbox, path, body, method="POST"):
    answer = httpx.request(
        method,
        f"{sandbox.endpoint}/gmail/v1/users/me/{path}",
        json=body,
        headers={"Authorization": f"Bearer {sandbox.token(ACCOUNT)}"},
        trust_env=False,
    )
    answer.raise_for_status()


def _delete(sandbox, gmail_id):
    _post(sandbox, f"messages/{gmail_id}", None, "DELETE")


def _labels(sandbox, gmail_id, add=(), remove=()):
    _post(
        sandbox,
        f"messages/{gmail_id}/modify",
        {"addLabelIds": list(add), "removeLabelIds": list(remove)},
    )


def test_behaviour_10_spam_is_left_and_comes_when_it_is_freed(sandbox, gmail, inbox):
    (gmail_id,) = _deliver(sandbox)
    _labels(sandbox, gmail_id, ["SPAM"], ["INBOX"])
    assert sync(gmail, inbox, clock=CLOCK) == []
    _labels(sandbox, gmail_id, ["INBOX"], ["SPAM"])
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == [gmail_id]


def test_an_old_mail_that_is_only_moved_does_not_come(sandbox, gmail):
    (gmail_id,) = _deliver(sandbox)
    store = Inbox()
    sync(gmail, store, clock=CLOCK)
    _labels(sandbox, gmail_id, [], ["INBOX"])
    _labels(sandbox, gmail_id, ["INBOX", "STARRED"], [])
    assert sync(gmail, store, clock=CLOCK) == []


def test_behaviour_06_after_an_expired_history_nothing_is_lost(sandbox, gmail, inbox):
    first = _deliver(sandbox, 2)
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == first
    second = _deliver(sandbox, 3, first=10)
    sandbox.control.expire_history(ACCOUNT)
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == second
    third = _deliver(sandbox, 1, first=20)
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == third


def test_a_resync_without_any_stored_mail_looks_back_a_week(sandbox, gmail, inbox):
    ids = _deliver(sandbox, 2)
    sandbox.control.expire_history(ACCOUNT)
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == ids


def test_a_sweep_finds_what_history_never_told(sandbox, gmail, inbox):
    told = _deliver(sandbox, 2)
    assert _ids(sync(gmail, inbox, clock=CLOCK)) == told
    lost = _deliver(sandbox, 2, first=10)
    _, inbox.at = gmail.profile()
    assert sync(gmail, inbox, clock=CLOCK) == []
    at = inbox.at
    assert _ids(sweep(gmail, inbox)) == lost
    assert sweep(gmail, inbox) == []
    assert inbox.at == at


def test_a_sweep_leaves_what_is_older_or_no_arrival(sandbox, gmail, inbox):
    _deliver(sandbox)
    gmail.send_draft(gmail.create_draft(b"To: you@example.com\r\n" + _raw(7), ""))
    gmail.create_draft(_raw(8), "")
    assert sweep(gmail, inbox, since=timedelta(minutes=-1), until=timedelta(minutes=2)) == []
    assert sweep(gmail, inbox, until=timedelta(minutes=-1)) == []
    assert len(sweep(gmail, inbox)) == 1


FAULTS = ["server_error", "drop_before", "drop_after", "error_after", "quota", "rate_limit"]


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("match", ["history", "messages"])
def test_a_failing_gmail_loses_nothing(sandbox, gmail, inbox, kind, match):
    ids = _deliver(sandbox, 3)
    sandbox.control.fault(Fault(kind=kind, match=match, times=0, retry_after=0))
    with pytest.raises(MailboxError):
        sync(gmail, inbox, clock=CLOCK)
    sandbox.control.clear_faults()
    sync(gmail, inbox, clock=CLOCK)
    assert list(inbox.mails) == ids


class Scripted:
    """A mailbox in memory whose history, deletions, expiry and failures a test plays."""

    account = AccountId("a@b.cd")

    def __init__(self):
        self.log = []
        self.gone = set()
        self.oldest = 0
        self.fail_in = None

    def arrive(self):
        self.log.append(GmailId(f"m{len(self.log)}"))

    def _tick(self):
        if self.fail_in is not None:
            self.fail_in -= 1
            if self.fail_in < 0:
                self.fail_in = None
                raise MailboxError("Gmail failed.")

    def profile(self):
        self._tick()
        return self.account, str(len(self.log))

    def history(self, start):
        self._tick()
        if int(start) < self.oldest:
            raise CursorExpired("too old")
        return History(added=tuple(self.log[int(start) :]), cursor=str(len(self.log)))

    def fetch(self, gmail_id):
        self._tick()
        if gmail_id in self.gone:
            raise MessageGone("gone")
        return Arrival(
            ref=MailRef(account=self.account, gmail_id=gmail_id),
            thread_id=ThreadId("t"),
            labels=("INBOX",),
            internal_date=datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=int(gmail_id[1:])),
            raw=b"x",
        )

    def search(self, query, limit):
        self._tick()
        since = int(query.split()[0].removeprefix("after:"))
        found = [
            gmail_id
            for number, gmail_id in enumerate(self.log)
            if (datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=number)).timestamp() > since
        ]
        return found[::-1][:limit]


class Fixed:
    def now(self):
        return datetime(2026, 3, 3, tzinfo=UTC) + timedelta(hours=1)


EVENTS = st.lists(
    st.one_of(
        st.just(("arrive", 0)),
        st.just(("sync", 0)),
        st.just(("expire", 0)),
        st.tuples(st.just("fail"), st.integers(0, 12)),
        st.just(("store", 0)),
        st.tuples(st.just("delete"), st.integers(0, 20)),
    ),
    max_size=40,
)


def sync_until_it_fails(gmail, store):
    came = []
    with contextlib.suppress(MailboxError):
        for batch in syncing.sync(gmail, store, clock=Fixed()):
            came += batch
    return came


@settings(max_examples=300)
@given(EVENTS)
def test_whatever_happens_every_mail_comes_once_and_the_cursor_only_forward(events):
    gmail, store = Scripted(), Inbox()
    sync(gmail, store, clock=Fixed())
    came = []
    for event, number in [*events, ("calm", 0), ("sync", 0)]:
        before = int(store.at)
        if event == "arrive":
            gmail.arrive()
        elif event == "expire":
            gmail.oldest = len(gmail.log) + 1
            gmail.arrive()
            gmail.arrive()
        elif event == "fail":
            gmail.fail_in = number
        elif event == "store":
            store.fail = True
        elif event == "delete" and number < len(gmail.log):
            gmail.gone.add(gmail.log[number])
        elif event == "calm":
            gmail.fail_in, store.fail = None, False
        elif event == "sync":
            came += sync_until_it_fails(gmail, store)
        assert int(store.at) >= before
    assert set(gmail.log) - gmail.gone <= set(store.mails)
    # What was stored was also handed on, once, whatever failed after it.
    assert sorted(_ids(came)) == sorted(store.mails)
