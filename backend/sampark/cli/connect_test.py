"""`sampark connect` against the sandbox's OAuth endpoints, over HTTP, with no browser but a form."""

import json
import socket
import threading
from pathlib import Path

import pytest

from sampark import settings
from sampark.cli import main
from sampark.cli.connect import checked, opened
from sampark.domain.base import AccountId
from sampark.errors import ReconnectNeeded
from sampark.mailbox.grant import COMPOSE, MODIFY, PUBSUB, READONLY, Grant
from sampark.sandbox import consent
from sampark.sandbox.control import Fault
from sampark.sandbox.server import Sandbox
from sampark.settings import Settings

ANN = "ann@example.com"
BEN = "ben@example.com"


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    with Sandbox(tmp_path / "gmail.db", accounts=[ANN, BEN]) as running:
        here = running.endpoint
        monkeypatch.setenv("SAMPARK_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("SAMPARK_GMAIL_ENDPOINT", here)
        monkeypatch.setenv("SAMPARK_OAUTH_AUTH_URI", f"{here}/o/oauth2/auth")
        monkeypatch.setenv("SAMPARK_OAUTH_TOKEN_URI", f"{here}/token")
        monkeypatch.setenv("SAMPARK_OAUTH_REVOKE_URI", f"{here}/revoke")
        (tmp_path / "client.json").write_text(running.control.client_secrets(), encoding="utf-8")
        yield running


class Terminal:
    """Runs commands in a thread and reads what they say while they wait."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.client = str(folder / "client.json")
        self.out = ""
        self.err = ""

    def type(self, *words: str) -> int:
        code = main(list(words))
        self._read()
        return code

    def connect(self, *words: str, client: bool = True, **answer: object) -> int:
        """Type `sampark connect` and answer the consent page that it prints."""
        more = ("--client-secrets", self.client) if client else ()
        codes: list[int] = []
        self.out = self.err = ""
        typed = ["connect", "--no-browser", *more, *words]
        thread = threading.Thread(target=lambda: codes.append(main(typed)))
        thread.start()
        url = self._printed_url(thread)
        if url:
            consent.answer(url, **answer)
        thread.join()
        self._read()
        return codes[0]

    def _printed_url(self, thread: threading.Thread) -> str:
        while thread.is_alive():
            self._read()
            found = [line for line in self.out.splitlines() if line.startswith("http")]
            if found:
                return found[0]
            thread.join(0.02)
        return ""

    def _read(self) -> None:
        said = self._capsys.readouterr()
        self.out += said.out
        self.err += said.err


@pytest.fixture
def terminal(tmp_path, capsys):
    return Terminal(tmp_path, capsys)


def accounts(terminal):
    terminal.out = ""
    assert terminal.type("accounts", "--json") == 0
    return {row["address"]: row for row in json.loads(terminal.out)}


def stored(tmp_path, account):
    with opened(Settings(home=tmp_path / "home")) as store:
        return store.accounts.token(AccountId(account))


def test_a_mailbox_is_connected_with_the_least_scopes(sandbox, terminal, tmp_path):
    assert terminal.connect(account=ANN) == 0
    assert f"{ANN} is connected, for reading mail, writing drafts and sending." in terminal.out
    row = accounts(terminal)[ANN]
    assert (row["state"], row["scopes"]) == ("connected", [READONLY, COMPOSE])
    assert row["cursor"].isdecimal()
    assert Grant.read(stored(tmp_path, ANN)).refresh_token.startswith("1//")


def test_the_grant_lies_sealed_in_the_store(sandbox, terminal, tmp_path):
    terminal.connect(account=ANN)
    refresh = Grant.read(stored(tmp_path, ANN)).refresh_token
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    for secret in (refresh, "GOCSPX-sandbox-secret", "ya29."):
        assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_several_accounts_and_more_scopes(sandbox, terminal):
    assert terminal.connect(account=ANN) == 0
    assert terminal.connect("--labels", "--pubsub", client=False, account=BEN) == 0
    rows = accounts(terminal)
    assert rows[BEN]["scopes"] == [READONLY, COMPOSE, MODIFY, PUBSUB]
    assert rows[ANN]["state"] == rows[BEN]["state"] == "connected"
    assert terminal.type("accounts") == 0
    assert "changing labels" in " ".join(terminal.out.split())


def test_what_a_mailbox_uses_of_its_quota_is_shown(sandbox, terminal):
    terminal.connect(account=ANN)
    assert accounts(terminal)[ANN]["quota"] is None
    with opened(settings.load()) as store:
        store.accounts.note_units(AccountId(ANN), minute=1_412, limit=6_000, drawn=12_345)
        noted = store.accounts.get(AccountId(ANN)).quota.at
    assert accounts(terminal)[ANN]["quota"] == {
        "last_minute": 1_412,
        "limit_per_minute": 6_000,
        "peak_minute_today": 1_412,
        "today": 12_345,
        "noted_at": noted.isoformat(timespec="seconds"),
    }
    terminal.out = ""
    assert terminal.type("accounts") == 0
    told = " ".join(terminal.out.split())
    assert "1,412 of" in told
    assert "12,345" in told


def test_a_box_left_unticked_is_told_and_nothing_is_kept(sandbox, terminal):
    assert terminal.connect(account=ANN, untick=[COMPOSE]) == 2
    assert "granted only in part; missing: writing drafts and sending" in terminal.err
    assert "leave every box ticked" in terminal.err
    assert accounts(terminal) == {}


def test_a_refusal_is_told(sandbox, terminal):
    assert terminal.connect(account=ANN, allow=False) == 2
    assert "access was not granted (access_denied)" in terminal.err


def test_the_wrong_account_is_told_and_the_right_ones_grant_lives_on(sandbox, terminal):
    terminal.connect(account=ANN)
    assert terminal.connect("--account", BEN, account=ANN) == 2
    assert f"{ANN} was chosen in the browser, but {BEN} was meant" in terminal.err
    assert list(accounts(terminal)) == [ANN]
    assert terminal.connect("--account", BEN.upper()) == 0


def test_disconnecting_revokes_and_keeps_the_account(sandbox, terminal, tmp_path):
    terminal.connect(account=ANN)
    cursor = accounts(terminal)[ANN]["cursor"]
    assert terminal.type("disconnect", ANN) == 0
    row = accounts(terminal)[ANN]
    assert (row["state"], row["cursor"], row["scopes"]) == ("disconnected", cursor, [])
    assert stored(tmp_path, ANN) is None
    assert [seen.status for seen in sandbox.control.requests() if seen.path == "/revoke"] == [200]
    assert terminal.type("disconnect", ANN) == 2
    assert f"{ANN} is not connected" in terminal.err
    assert terminal.connect(account=ANN) == 0
    assert accounts(terminal)[ANN]["state"] == "connected"


def test_disconnecting_what_google_forgot_already_is_well(sandbox, terminal):
    terminal.connect(account=ANN)
    sandbox.control.revoke_grants(ANN)
    assert terminal.type("disconnect", ANN) == 0


def test_a_grant_that_cannot_be_given_back_is_kept_until_told(sandbox, terminal, monkeypatch):
    terminal.connect(account=ANN)
    monkeypatch.setenv("SAMPARK_OAUTH_REVOKE_URI", "http://127.0.0.1:1/revoke")
    assert terminal.type("disconnect", ANN) == 2
    assert "could not be given back" in terminal.err
    assert accounts(terminal)[ANN]["state"] == "connected"
    assert terminal.type("disconnect", "--forget-only", ANN) == 0


def test_a_mailbox_connected_again_goes_on_where_it_stopped(sandbox, terminal):
    terminal.connect(account=ANN)
    cursor = accounts(terminal)[ANN]["cursor"]
    sandbox.control.deliver(b"Subject: x\r\n\r\nx", to=ANN)
    terminal.connect(account=ANN)
    assert accounts(terminal)[ANN]["cursor"] == cursor


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: no such file"),
        ("no json", "is not the file of an OAuth client"),
        ('{"web": {"client_id": "c", "client_secret": "s"}}', "is not the client of a desktop app"),
        ('{"installed": {"client_id": "", "client_secret": "s"}}', "is not the file of an OAuth"),
    ],
)
def test_a_client_file_that_is_none_is_named(sandbox, terminal, tmp_path, content, problem):
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert terminal.type("connect", "--client-secrets", str(path)) == 2
    assert problem in terminal.err
    assert terminal.err.count("\n") == 1


def test_without_a_client_the_guide_is_named(sandbox, terminal):
    assert terminal.type("connect") == 2
    assert "no OAuth client is known. Give its file: --client-secrets" in terminal.err


def test_a_secret_that_google_refuses_is_told(sandbox, terminal, tmp_path):
    text = sandbox.control.client_secrets().replace("GOCSPX-sandbox-secret", "old")
    (tmp_path / "client.json").write_text(text, encoding="utf-8")
    assert terminal.connect(account=ANN) == 2
    assert "Google refused the exchange (invalid_client)" in terminal.err


def test_a_callback_port_in_use_is_named(sandbox, terminal):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert terminal.connect("--callback-port", port) == 2
    assert f"port {port} on 127.0.0.1 cannot be had" in terminal.err


def test_an_api_that_is_switched_off_is_told(sandbox, terminal):
    sandbox.control.fault(Fault(kind="api_disabled", match="/profile", times=0))
    assert terminal.connect(account=ANN) == 2
    assert "gcloud services enable gmail.googleapis.com" in terminal.err


def test_a_check_reads_every_mailbox_and_names_the_one_that_is_lost(sandbox, terminal, tmp_path):
    chosen = settings.load()
    terminal.connect(account=ANN)
    terminal.connect(account=BEN)
    with opened(chosen) as store:
        checked(chosen, store, AccountId(ANN))
        sandbox.control.revoke_grants(BEN)
        with pytest.raises(ReconnectNeeded, match=f"{BEN}: .*sampark connect"):
            checked(chosen, store, AccountId(BEN))
        checked(chosen, store, AccountId(ANN))


def test_nothing_is_connected_yet(sandbox, terminal):
    assert terminal.type("accounts") == 0
    assert "sampark connect --client-secrets FILE" in terminal.out
    assert terminal.type("serve", "--port", "0") == 2
    assert "no mailbox is connected" in terminal.err
