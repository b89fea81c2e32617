"""`sampark doctor` names what the dashboard shows as alarms."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sampark.cli import doctor
from sampark.cli.connect import opened
from sampark.domain.base import AccountId
from sampark.settings import Settings

ANN = AccountId("ann@example.com")


def test_alarms_are_named_with_what_to_do_until_they_are_mended(tmp_path):
    chosen = Settings(home=tmp_path)
    with opened(chosen) as store:
        store.accounts.connect(ANN, "grant", scopes=["readonly"])
    assert [(each.ok, each.found) for each in doctor._alarms(chosen)] == [(True, "none")]
    with opened(chosen) as store:
        store.accounts.set_state(ANN, "reconnect needed")
        store.troubles.note("hints", "", "refused")
    (alarm,) = doctor._alarms(chosen)
    assert not alarm.ok
    assert alarm.found.startswith(f"{ANN} must be connected again.")
    assert alarm.fix == f"Type: sampark connect --account {ANN}"
    with opened(chosen) as store:
        store.accounts.set_state(ANN, "connected")
    (alarm,) = doctor._alarms(chosen)
    assert alarm.found.startswith("What Gmail tells of new mail cannot be fetched. refused")


def test_a_store_that_cannot_be_opened_is_told_once(tmp_path):
    with opened(Settings(home=tmp_path)):
        pass
    (tmp_path / "keys" / "master.key").unlink()
    assert doctor._alarms(Settings(home=tmp_path)) == []


def answering(body: bytes):
    """Return a server that answers everything with one body."""

    class Always(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Always)


@pytest.mark.parametrize(
    "body,ours",
    [
        (b'{"status": "ok", "version": "0.1.0", "boot": "a1"}', True),
        (b'{"status": "ok"}', False),
        (b"[1]", False),
        (b"<html>", False),
    ],
)
def test_the_dashboards_port_may_be_held_by_sampark_itself(tmp_path, body: bytes, ours: bool):
    with answering(body) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        finding = doctor._checked(
            "port", doctor._port, Settings(home=tmp_path, port=server.server_port)
        )
        server.shutdown()
        thread.join()
    assert finding.ok == ours
    assert ("sampark serve runs" in finding.found) == ours
