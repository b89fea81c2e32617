import socket

import pytest
from google.api_core.client_options import ClientOptions
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

from sampark.errors import SamparkError
from sampark.sandbox.server import Sandbox

ANN = "ann@example.com"


def test_googles_client_needs_only_the_endpoint(tmp_path, written):
    with Sandbox(tmp_path, accounts=[ANN]) as sandbox:
        service = build(
            "gmail",
            "v1",
            static_discovery=True,
            client_options=ClientOptions(api_endpoint=sandbox.endpoint),
            credentials=Credentials(sandbox.token(ANN)),
        )
        sandbox.control.deliver(written(), to=ANN)
        found = service.users().messages().list(userId="me", labelIds=["INBOX"]).execute()
        service.close()
    assert len(found["messages"]) == 1


def test_a_restart_keeps_mail_tokens_history_and_the_port(tmp_path, written):
    sandbox = Sandbox(tmp_path / "deep" / "gmail.db", accounts=[ANN])
    with sandbox:
        token, endpoint = sandbox.token(ANN), sandbox.endpoint
        before = sandbox.control.deliver(written(subject="A", message_id="<a@x>"), to=ANN)
        sandbox.control.alias(ANN, "a@example.com")
    with pytest.raises(SamparkError, match="not running"):
        sandbox.token(ANN)
    with sandbox:
        assert (sandbox.token(ANN), sandbox.endpoint) == (token, endpoint)
        raw = written(subject="Re: A", in_reply_to="<a@x>")
        after = sandbox.control.deliver(raw, to="a@example.com")
    assert after.thread_id == before.thread_id
    assert int(after.gmail_id, 16) > int(before.gmail_id, 16)
    with Sandbox(tmp_path / "deep" / "gmail.db", accounts=[]) as other:
        assert other.control.accounts() == [ANN]


def test_starting_and_stopping_twice_does_nothing_more(tmp_path):
    sandbox = Sandbox(tmp_path, accounts=[])
    assert sandbox.start() is sandbox.start()
    sandbox.stop()
    sandbox.stop()


def test_a_port_in_use_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            SamparkError, match=f"port {port} on 127.0.0.1 cannot be had: .*in use.*choose another"
        ):
            Sandbox(tmp_path, accounts=[], port=port).start()


def test_a_port_that_is_none_is_named(tmp_path):
    with pytest.raises(SamparkError, match="port 99999"):
        Sandbox(tmp_path, accounts=[], port=99_999).start()


def test_a_file_of_another_kind_is_named_and_left(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_bytes(b"dear sandbox, " * 100)
    with pytest.raises(SamparkError, match="letter.txt is not a sandbox's"):
        Sandbox(path, accounts=[]).start()
    assert path.read_bytes().startswith(b"dear sandbox")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SamparkError, match="cannot be opened"):
        Sandbox(tmp_path / "file" / "gmail.db", accounts=[]).start()


def test_an_account_that_is_no_address_is_named(tmp_path):
    with pytest.raises(SamparkError, match="'ann' is no mail address"):
        Sandbox(tmp_path, accounts=["ann"]).start()
