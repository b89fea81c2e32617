"""Connected mailboxes at run time: a grant that ends, one notice, and the way back."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sampark.domain.base import AccountId
from sampark.mailbox import oauth
from sampark.sandbox import consent
from sampark.sandbox.person import Person
from sampark.sandbox.server import Sandbox
from sampark.settings import Settings
from sampark.storage.store import Store
from sampark.wiring import System, open_vault

YOU = "you@example.com"
OURS = AccountId("sampark@example.com")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "gmail.db", accounts=[OURS, YOU]) as running:
        yield running


@pytest.fixture
def chosen(tmp_path: Path, sandbox: Sandbox) -> Settings:
    return Settings(
        home=tmp_path / "home",
        gmail_endpoint=sandbox.endpoint,
        oauth_auth_uri=f"{sandbox.endpoint}/o/oauth2/auth",
        oauth_token_uri=f"{sandbox.endpoint}/token",
        oauth_revoke_uri=f"{sandbox.endpoint}/revoke",
        poll_seconds=0.05,
    )


def grant(sandbox: Sandbox, chosen: Settings) -> str:
    """Consent for our mailbox, as `sampark connect` does; the grant as it is stored."""
    where = oauth.Addresses(chosen.oauth_auth_uri, chosen.oauth_token_uri, chosen.oauth_revoke_uri)
    path = chosen.home.parent / "client.json"
    path.write_text(sandbox.control.client_secrets(), encoding="utf-8")

    def agree(url: str) -> None:
        threading.Thread(target=consent.answer, args=(url,), kwargs={"account": OURS}).start()

    client = oauth.Client.read(path)
    return oauth.ask(client, where, oauth.Wish(oauth.wanted_scopes()), agree).model_dump_json()


@pytest.fixture
def system(sandbox: Sandbox, chosen: Settings) -> Iterator[System]:
    """The system on a connected mailbox, listening."""
    store = Store.open(chosen.store_url, vault=open_vault(chosen))
    store.accounts.connect(OURS, grant(sandbox, chosen), scopes=oauth.wanted_scopes())
    store.close()
    with System(chosen, endpoint=chosen.gmail_endpoint) as running:
        yield running


def wait_for(what, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def answered(sandbox: Sandbox) -> int:
    person = Person(sandbox.endpoint, email=YOU, token=sandbox.token(YOU))
    found = len(person.letters(label="INBOX"))
    person.close()
    return found


def ask_for_help(sandbox: Sandbox) -> None:
    person = Person(sandbox.endpoint, email=YOU, token=sandbox.token(YOU))
    person.write("What can you do?", to=OURS, subject="Hello")
    person.close()


def states(system: System) -> list[str]:
    told = [row for row in system.store.events.since(0) if row.kind == "account.state"]
    return [str(row.detail["state"]) for row in told]


def token_requests(sandbox: Sandbox) -> int:
    return len([seen for seen in sandbox.control.requests() if seen.path == "/token"])


def test_a_connected_mailbox_is_answered_and_an_expired_token_renewed(sandbox, system):
    assert list(system.services.mailboxes) == [OURS]
    wait_for(lambda: system.store.accounts.get(OURS).read_at is not None)
    sandbox.control.expire_tokens(OURS)
    ask_for_help(sandbox)
    wait_for(lambda: answered(sandbox) == 1)
    assert states(system) == []


def test_behaviour_25_a_dead_grant_is_told_once_tried_once_and_mended_by_connecting(
    sandbox, chosen, system
):
    wait_for(lambda: system.store.accounts.get(OURS).read_at is not None)
    sandbox.control.revoke_grants(OURS)
    wait_for(lambda: system.store.accounts.get(OURS).state == "reconnect needed")
    before, seen = token_requests(sandbox), len(sandbox.control.requests())
    ask_for_help(sandbox)
    time.sleep(1.5)  # about fifteen looks for a new grant
    assert token_requests(sandbox) == before
    api = [one.path for one in sandbox.control.requests()[seen:] if one.status >= 400]
    assert api == []
    assert states(system) == ["reconnect needed"]
    system.store.accounts.connect(OURS, grant(sandbox, chosen), scopes=oauth.wanted_scopes())
    wait_for(lambda: answered(sandbox) == 1)
    assert states(system) == ["reconnect needed", "connected"]


def test_a_disconnected_mailbox_stays_so_while_the_system_runs(sandbox, chosen, system):
    wait_for(lambda: system.store.accounts.get(OURS).read_at is not None)
    sandbox.control.revoke_grants(OURS)
    system.store.accounts.disconnect(OURS)
    time.sleep(1)
    assert states(system) == ["disconnected"]
    assert system.store.accounts.get(OURS).state == "disconnected"
