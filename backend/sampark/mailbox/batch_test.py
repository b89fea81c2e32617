"""Batches against the sandbox over HTTP: every part is answered, or told why not."""

from dataclasses import replace

import pytest
from google.oauth2.credentials import Credentials

from sampark.errors import MailboxError, ReconnectNeeded
from sampark.mailbox.conftest import ACCOUNT
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.patience import Patience
from sampark.mailbox.quota import COSTS, Quota
from sampark.sandbox.control import Fault

GET = "gmail.users.messages.get"
BATCH = "/batch/gmail/v1"


def deliver(sandbox, count):
    raws = [f"From: you@example.com\r\nSubject: {n}\r\n\r\nMail {n}.\r\n" for n in range(count)]
    return [sandbox.control.deliver(raw.encode(), to=ACCOUNT).gmail_id for raw in raws]


def asked(sandbox):
    seen = [each.path for each in sandbox.control.requests()]
    return seen.count(BATCH), sum("/messages/" in path for path in seen)


def test_fifty_messages_come_in_one_request_in_their_order(sandbox, gmail):
    ids = deliver(sandbox, 50)
    found = gmail.fetch_many(ids)
    assert [each.ref.gmail_id for each in found.arrivals] == ids
    assert found.arrivals[7].raw == gmail.fetch(ids[7]).raw
    assert found.arrivals[7].labels == gmail.fetch(ids[7]).labels
    assert (found.gone, found.refused) == (0, ())
    assert asked(sandbox) == (1, 52)


def test_a_deleted_message_is_counted_and_the_others_come(sandbox, gmail):
    ids = deliver(sandbox, 2)
    found = gmail.fetch_many([ids[0], "0123456789abcdef", ids[1]])
    assert [each.ref.gmail_id for each in found.arrivals] == ids
    assert found.gone == 1


@pytest.mark.parametrize("kind", ["quota", "rate_limit", "server_error"])
def test_behaviour_24_a_refused_part_is_asked_for_again_and_no_other(sandbox, gmail, kind):
    ids = deliver(sandbox, 10)
    sandbox.control.fault(Fault(kind=kind, match="/messages/", times=3, retry_after=0))
    found = gmail.fetch_many(ids)
    assert [each.ref.gmail_id for each in found.arrivals] == ids
    assert asked(sandbox) == (2, 13)


@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "drop_before", "drop_after"])
def test_a_batch_that_fails_as_a_whole_is_sent_again(sandbox, gmail, kind):
    ids = deliver(sandbox, 3)
    sandbox.control.fault(Fault(kind=kind, match=BATCH, retry_after=0))
    assert len(gmail.fetch_many(ids).arrivals) == 3


def test_a_part_that_is_refused_again_and_again_does_not_hold_up_the_others(sandbox, gmail):
    ids = deliver(sandbox, 3)
    sandbox.control.fault(Fault(kind="server_error", match=f"/messages/{ids[1]}", times=0))
    found = gmail.fetch_many(ids)
    assert [each.ref.gmail_id for each in found.arrivals] == [ids[0], ids[2]]
    assert found.refused == (ids[1],)


def test_a_mailbox_that_answers_nothing_is_told(sandbox, gmail):
    ids = deliver(sandbox, 3)
    sandbox.control.fault(Fault(kind="server_error", match="/messages/", times=0))
    with pytest.raises(MailboxError, match="503 .*while reading messages"):
        gmail.fetch_many(ids)


def test_a_grant_that_is_gone_is_told(sandbox):
    [gmail_id] = deliver(sandbox, 1)
    gmail = Gmail(ACCOUNT, endpoint=sandbox.endpoint, credentials=Credentials(token="none"))
    with pytest.raises(ReconnectNeeded):
        gmail.fetch_many([gmail_id])


class Bucket(Quota):
    """A bucket that notes what is drawn."""

    def __init__(self, per_minute: int) -> None:
        super().__init__(per_minute, sleep=lambda _: None)
        self.drawn: list[tuple[str, int]] = []

    def spend(self, method, times=1):
        self.drawn.append((method, times))
        return super().spend(method, times)


def test_behaviour_24_a_batch_costs_what_its_parts_cost(sandbox):
    ids = deliver(sandbox, 6)
    sandbox.control.fault(Fault(kind="rate_limit", match="/messages/", times=2, retry_after=0))
    bucket = Bucket(6_000)
    gmail = Gmail(
        ACCOUNT,
        endpoint=sandbox.endpoint,
        credentials=Credentials(token=sandbox.token(ACCOUNT)),
        patience=replace(Patience(), pause=0.01),
        quota=bucket,
    )
    assert len(gmail.fetch_many(ids).arrivals) == 6
    assert bucket.drawn == [(GET, 6), (GET, 2)]
    assert bucket.total == 8 * COSTS[GET]


@pytest.mark.parametrize(("per_minute", "at_once"), [(60_000, 50), (6_000, 50), (600, 7), (1, 1)])
def test_a_batch_is_no_larger_than_what_may_be_drawn_at_once(sandbox, per_minute, at_once):
    gmail = Gmail(
        ACCOUNT,
        endpoint=sandbox.endpoint,
        credentials=Credentials(token="t"),
        quota=Quota(per_minute),
    )
    assert gmail.at_once == at_once
