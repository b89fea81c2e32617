"""Connected mailboxes at run time: a grant that ends, one notice, and the way back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sampark.sandbox.server import Sandbox
from sampark.settings import Settings
from sampark.storage.store import Store
from sampark.wiring import System, open_vault
from tests.flows.granting import (
    OURS,
    YOU,
    answers,
    ask,
    connect,
    requests,
    settings_for,
    wait_for,
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "gmail.db", accounts=[OURS, YOU]) as running:
        yield running


@pytest.fixture
def chosen(tmp_path: Path, sandbox: Sandbox) -> Settings:
    return settings_for(sandbox, tmp_path / "home")


@pytest.fixture
def system(sandbox: Sandbox, chosen: Settings) -> Iterator[System]:
    """The system on a connected mailbox, listening."""
    store = Store.open(chosen.store_url, vault=open_vault(chosen))
    connect(store, sandbox, chosen)
    store.close()
    with System(chosen, endpoint=chosen.gmail_endpoint) as running:
        yield running


def states(system: System) -> list[str]:
    told = [row for row in system.store.events.since(0) if row.kind == "account.state"]
    return [str(row.detail["state"]) for row in told]


def test_a_connected_mailbox_is_answered_and_an_expired_token_renewed(sandbox, system):
    assert list(system.services.mailboxes) == [OURS]
    wait_for(lambda: system.store.accounts.get(OURS).read_at is not None)
    sandbox.control.expire_tokens(OURS)
    ask(sandbox)
    wait_for(lambda: answers(sandbox) == ["Hello"])
    assert states(system) == []


def test_behaviour_25_a_dead_grant_is_told_once_tried_once_and_mended_by_connecting(
    sandbox, chosen, system
):
    wait_for(lambda: system.store.accounts.get(OURS).read_at is not None)
    sandbox.control.revoke_grants(OURS)
    wait_for(lambda: system.store.accounts.get(OURS).state == "reconnect needed")
    before, seen = requests(sandbox, "/token"), len(sandbox.control.requests())
    ask(sandbox)
    time.sleep(1.5)  # about fifteen looks for a new grant
    assert requests(sandbox, "/token") == before
    api = [one.path for one in sandbox.control.requests()[seen:] if one.status >= 400]
    assert api == []
    assert states(system) == ["reconnect needed"]
    connect(system.store, sandbox, chosen)
    wait_for(lambda: answers(sandbox) == ["Hello"])
    assert states(system) == ["reconnect needed", "connected"]


def test_a_disconnected_mailbox_stays_so_while_the_system_runs(sandbox, chosen, system):
    wait_for(lambda: system.store.accounts.get(OURS).read_at is not None)
    sandbox.control.revoke_grants(OURS)
    system.store.accounts.disconnect(OURS)
    time.sleep(1)
    assert states(system) == ["disconnected"]
    assert system.store.accounts.get(OURS).state == "disconnected"
