"""The loopback port that a browser is led to after a consent (RFC 8252, section 7.3)."""

import time
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from urllib.parse import parse_qs, urlsplit

from sampark.errors import SettingsError

LOOPBACK = "127.0.0.1"


def landing(port: int) -> "Landing":
    """Return where the browser arrives; port 0 takes a free one. Raises SettingsError."""
    try:
        return Landing((LOOPBACK, port), _Visit)
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"port {port} on {LOOPBACK} cannot be had: {error}.",
            fix="Give another --callback-port, or none.",
        ) from error


class Landing(TCPServer):
    """Where the browser arrives after the consent; other visitors are shown the door."""

    allow_reuse_address = True
    timeout = 0.2
    query: dict[str, str] | None = None
    state = ""

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a visitor go who broke off; the terminal is no place for that."""

    def wait_for(self, state: str, seconds: float) -> dict[str, str]:
        """Return the query of the visit that bears this state; raises SettingsError if late."""
        self.state = state
        until = time.monotonic() + seconds
        while self.query is None:
            if time.monotonic() > until:
                raise SettingsError(
                    f"nobody answered the consent page within {seconds:.0f} seconds.",
                    fix="Type sampark connect again.",
                )
            self.handle_request()
        return self.query


class _Visit(BaseHTTPRequestHandler):
    timeout = 5

    def do_GET(self) -> None:
        """Take the consent's answer, known by its state."""
        server = self.server
        assert isinstance(server, Landing)
        found = parse_qs(urlsplit(self.path).query)
        query = {name: values[0] for name, values in found.items()}
        known = query.get("state") == server.state
        if known:
            server.query = query
        words = "You may close this window and go back to Sampark." if known else "Not here."
        body = words.encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the address holds the code."""
