"""Mailboxes that come and go under the eyes of several threads."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from google.oauth2.credentials import Credentials

from sampark.domain.base import AccountId
from sampark.errors import ReconnectNeeded
from sampark.mailbox.connected import Mailboxes
from sampark.mailbox.gmail import Gmail

ANN, BEN = AccountId("ann@example.com"), AccountId("ben@example.com")
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def opened(account: AccountId) -> Gmail:
    return Gmail(account, endpoint="http://127.0.0.1:9", credentials=Credentials("token"))


@pytest.fixture
def mailboxes() -> Mailboxes:
    return Mailboxes(opened)


def test_mailboxes_come_and_go(mailboxes: Mailboxes):
    assert mailboxes.follow({ANN: NOON}) == {ANN}
    first = mailboxes[ANN]
    assert mailboxes.follow({ANN: NOON, BEN: NOON}) == {BEN}
    assert mailboxes.follow({ANN: NOON, BEN: NOON}) == frozenset()
    assert mailboxes[ANN] is first
    assert mailboxes.follow({BEN: NOON}) == {ANN}
    assert list(mailboxes) == [BEN]
    with pytest.raises(ReconnectNeeded, match="was disconnected"):
        first.profile()
    with pytest.raises(ReconnectNeeded, match="was disconnected"):
        first.send_draft("d1")


def test_a_mailbox_connected_again_is_opened_anew(mailboxes: Mailboxes):
    mailboxes.follow({ANN: NOON})
    first = mailboxes[ANN]
    assert mailboxes.follow({ANN: NOON + timedelta(seconds=1)}) == {ANN}
    assert mailboxes[ANN] is not first


def test_whoever_iterates_sees_one_moment(mailboxes: Mailboxes):
    names = [AccountId(f"{number}@example.com") for number in range(50)]
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            mailboxes.follow(dict.fromkeys(names, NOON))
            mailboxes.follow({})

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        seen = {len([*mailboxes]) for _ in range(2_000)}
    finally:
        over.set()
        thread.join()
    assert seen <= {0, 50}


def test_a_mailbox_that_was_added_stays(mailboxes: Mailboxes):
    mailboxes.add(ANN)
    mailboxes.follow({BEN: NOON})
    mailboxes.follow({})
    assert list(mailboxes) == [ANN]
    mailboxes.close()
