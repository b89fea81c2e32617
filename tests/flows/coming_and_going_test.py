"""Mailboxes that are connected, disconnected and connected again while the system runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sampark.errors import ReconnectNeeded
from sampark.sandbox.server import Sandbox
from sampark.storage.store import Store
from sampark.wiring import System, open_vault
from tests.flows.granting import (
    OTHER,
    OURS,
    YOU,
    answers,
    ask,
    connect,
    requests,
    settings_for,
    wait_for,
)
from tests.flows.place import SUBSCRIPTION, TOPIC, topic

NEVER = 3_600.0


class Office:
    """A system that runs on whichever mailboxes are connected, beside its sandbox."""

    def __init__(self, sandbox: Sandbox, system: System) -> None:
        self.sandbox, self.system = sandbox, system
        self.store = system.store

    def connect(self, account: str, **more: bool) -> None:
        connect(self.store, self.sandbox, self.system.settings, account, **more)

    def open(self) -> list[str]:
        return sorted(self.system.services.mailboxes)

    def row(self, account):
        return self.store.accounts.get(account)

    def answered(self, *subjects: str) -> Callable[[], bool]:
        return lambda: set(subjects) <= set(answers(self.sandbox))


@contextmanager
def office(home: Path, *accounts: str, pubsub: bool = False, **options) -> Iterator[Office]:
    """Start a system that listens, with these mailboxes connected before."""
    with Sandbox(home / "gmail.db", accounts=[OURS, OTHER, YOU]) as sandbox:
        chosen = settings_for(sandbox, home / "home", **options)
        store = Store.open(chosen.store_url, vault=open_vault(chosen))
        for account in accounts:
            connect(store, sandbox, chosen, account, pubsub=pubsub)
        store.close()
        with System(chosen, endpoint=chosen.gmail_endpoint) as system:
            yield Office(sandbox, system)


def read(here: Office, account) -> Callable[[], bool]:
    return lambda: here.row(account).read_at is not None


def pulls(here: Office, status: int) -> bool:
    seen = here.sandbox.control.requests()
    return any(each.path.endswith(":pull") and each.status == status for each in seen)


def test_a_mailbox_connected_while_it_runs_is_answered(tmp_path):
    with office(tmp_path, OURS) as here:
        here.connect(OTHER)
        wait_for(read(here, OTHER))
        ask(here.sandbox, "To ours", to=OURS)
        ask(here.sandbox, "To the other", to=OTHER)
        wait_for(here.answered("To ours", "To the other"))
        assert here.open() == [OTHER, OURS]
        assert here.system.services.gate(OTHER).own == (OTHER,)


def test_the_first_mailbox_may_come_late(tmp_path):
    with office(tmp_path) as here:
        assert here.open() == []
        here.connect(OURS)
        wait_for(read(here, OURS))
        ask(here.sandbox)
        wait_for(here.answered("Hello"))


def test_a_disconnected_mailbox_is_left_alone_within_seconds_and_the_other_goes_on(tmp_path):
    with office(tmp_path, OURS, OTHER) as here:
        wait_for(read(here, OURS))
        wait_for(read(here, OTHER))
        held = here.system.services.mailboxes[OURS]
        here.store.accounts.disconnect(OURS)  # its access token would still be good for an hour
        wait_for(lambda: here.open() == [OTHER], seconds=10)
        with pytest.raises(ReconnectNeeded, match="was disconnected"):
            held.profile()
        with pytest.raises(ReconnectNeeded, match=f"{OURS} is not connected"):
            here.system.services.mailbox(OURS)
        ask(here.sandbox, "To ours", to=OURS)
        ask(here.sandbox, "To the other", to=OTHER)
        wait_for(here.answered("To the other"))
        here.store.accounts.disconnect(OTHER)
        wait_for(lambda: here.open() == [], seconds=10)
        time.sleep(0.5)  # a look that was under way comes to its end
        before = requests(here.sandbox, "/history")
        time.sleep(1)
        assert requests(here.sandbox, "/history") == before
        assert answers(here.sandbox) == ["To the other"]
        assert [row.state for row in here.store.accounts.all()] == ["disconnected"] * 2


def test_a_mailbox_connected_again_goes_on_where_it_stopped(tmp_path):
    with office(tmp_path, OURS) as here:
        wait_for(read(here, OURS))
        here.store.accounts.disconnect(OURS)
        wait_for(lambda: here.open() == [], seconds=10)
        ask(here.sandbox, "Meanwhile")
        here.connect(OURS)
        wait_for(here.answered("Meanwhile"))
        assert here.row(OURS).state == "connected"


def test_an_answer_waits_for_a_mailbox_that_is_disconnected(tmp_path):
    with office(tmp_path, OURS) as here:
        wait_for(read(here, OURS))
        ask(here.sandbox)
        wait_for(here.store.mails.rows)
        here.store.accounts.disconnect(OURS)
        wait_for(lambda: here.open() == [], seconds=10)
        here.connect(OURS)
        wait_for(here.answered("Hello"))
        assert here.store.outbox.held() == []


def test_a_mailbox_that_fails_holds_up_no_other_and_tells_why(tmp_path):
    with office(tmp_path, OURS, OTHER) as here:
        wait_for(read(here, OURS))
        here.sandbox.control.revoke_grants(OTHER)
        here.sandbox.control.expire_tokens(OTHER)
        wait_for(lambda: here.row(OTHER).state == "reconnect needed")
        ask(here.sandbox)
        wait_for(here.answered("Hello"))
        here.connect(OTHER)
        wait_for(lambda: here.row(OTHER).state == "connected")
        ask(here.sandbox, "To the other", to=OTHER)
        wait_for(here.answered("To the other"))


def test_what_a_mailbox_uses_is_noted(tmp_path):
    with office(tmp_path, OURS, quota_per_minute=6_000) as here:
        wait_for(lambda: here.row(OURS).quota)
        here.connect(OTHER)
        wait_for(read(here, OTHER))
        here.system.roster._noted_at = None  # a minute later
        here.system.engine.call(here.system.roster.look())
        for account in (OURS, OTHER):
            quota = here.row(account).quota
            assert quota.limit == 6_000
            assert 0 < quota.minute <= quota.today <= here.sandbox.control.quota_spent(account)


def test_gmail_tells_of_the_news_of_a_mailbox_that_came_while_it_runs(tmp_path):
    names = {"pubsub_topic": TOPIC, "pubsub_subscription": SUBSCRIPTION}
    with (
        office(tmp_path, OURS, poll_seconds=NEVER, **names) as here,
        topic(here.sandbox, granted=True) as projects,
    ):
        projects.subscriptions().create(name=SUBSCRIPTION, body={"topic": TOPIC}).execute()
        wait_for(lambda: pulls(here, 403))  # what was connected before may not pull
        here.connect(OTHER, pubsub=True)
        wait_for(lambda: here.row(OTHER).watch_expires_at)
        wait_for(read(here, OTHER))
        ask(here.sandbox, "To the other", to=OTHER)
        wait_for(here.answered("To the other"))
        wait_for(lambda: pulls(here, 200))
        here.store.accounts.disconnect(OTHER)
        wait_for(lambda: here.open() == [OURS], seconds=10)
