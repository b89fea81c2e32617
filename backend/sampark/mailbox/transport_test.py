"""A raw server counts what really comes over the wire."""

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest
from google.oauth2.credentials import Credentials

from sampark.domain.base import AccountId
from sampark.errors import MailboxError, SendUnknown
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.patience import Patience
from sampark.mailbox.transport import OnceHttp


class Wiretap:
    """Takes each request whole, counts it by method, and hangs up after `answer`."""

    def __init__(self, answer: bytes, *, keep: bool = False) -> None:
        self.answer = answer
        self.keep = keep
        self.seen: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as reader:
                while self._take(reader):
                    connection.sendall(self.answer)
                    if not self.keep:
                        break

    def _take(self, reader) -> bool:
        line = reader.readline()
        if not line:
            return False
        self.seen.append(line.split()[0].decode())
        headers = http.client.parse_headers(reader)
        reader.read(int(headers.get("content-length", 0)))
        return True

    def close(self) -> None:
        self.listener.close()


@pytest.fixture(
    params=[
        b"",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 307 Move\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 303 See\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 308 Move\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["hang up", "503", "cut short", "broken", "garbage", "307", "303", "308", "429"],
)
def wiretap(request) -> Iterator[Wiretap]:
    tap = Wiretap(request.param)
    yield tap
    tap.close()


def _gmail(endpoint: str) -> Gmail:
    return Gmail(
        AccountId("a@b.cd"),
        endpoint=endpoint,
        credentials=Credentials(token="t"),
        patience=Patience(timeout=5, attempts=2, pause=0.01),
    )


def test_a_send_is_on_the_wire_exactly_once(wiretap):
    with pytest.raises(SendUnknown):
        _gmail(wiretap.endpoint).send_draft("r1")
    assert wiretap.seen == ["POST"]


@pytest.mark.parametrize("size", [10, 4_000_000])
def test_a_draft_is_created_by_one_request(wiretap, size):
    with pytest.raises(MailboxError):
        _gmail(wiretap.endpoint).create_draft(b"x" * size, "t")
    assert wiretap.seen == ["POST"]


def test_a_post_never_uses_a_connection_that_the_server_may_have_closed():
    tap = Wiretap(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", keep=True)
    client = OnceHttp(timeout=5, proxied=False)
    for method in ("GET", "POST", "GET", "POST"):
        _, content = client.request(
            f"{tap.endpoint}/", method, body=b"x" if method == "POST" else None
        )
        assert content == b"ok"
    assert tap.seen == ["GET", "POST", "GET", "POST"]
    tap.close()


def test_a_server_that_does_not_answer_in_time_got_one_request():
    listener = socket.create_server(("127.0.0.1", 0))
    client = OnceHttp(timeout=0.1, proxied=False)
    with pytest.raises(TimeoutError):
        client.request(f"http://127.0.0.1:{listener.getsockname()[1]}/", "POST", body=b"x")
    connection, _ = listener.accept()
    with connection:
        assert connection.recv(5) == b"POST "
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()
    listener.close()


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(MailboxError, match="could not be reached"):
        _gmail(endpoint).profile()
