"""HTTP that sends a request which changes something once, whatever happens to the connection."""

import http.client
import socket
import weakref
from collections.abc import MutableMapping
from typing import Protocol

import httplib2

_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS"))


class _Connection(Protocol):
    """What is used of `http.client.HTTPConnection`, which httplib2 derives its own from."""

    host: str
    sock: socket.socket | None

    def connect(self) -> None: ...

    def close(self) -> None: ...

    def request(self, method: str, url: str, body: object, headers: object) -> None: ...

    def getresponse(self) -> http.client.HTTPResponse: ...


def _close_all(connections: MutableMapping[str, _Connection]) -> None:
    for connection in connections.values():
        connection.close()
    connections.clear()


class OnceHttp(httplib2.Http):
    """An httplib2 client that never re-sends a POST.

    httplib2 sends any request again when a kept connection turns out to be closed, and when the
    server closes the connection without an answer: a mail sent that way goes out twice. Here a
    request other than GET, HEAD or OPTIONS opens a fresh connection, is written once, and every
    failure is raised. Redirects are not followed. Not safe for use by several threads.
    """

    def __init__(self, *, timeout: float, proxied: bool) -> None:
        """Prepare a client; `timeout` in seconds, `proxied` whether the machine's proxy is used."""
        if proxied:
            super().__init__(timeout=timeout)
        else:
            super().__init__(timeout=timeout, proxy_info=None)
        self.follow_redirects = False
        # A client ends with its thread; its kept connections are closed then, not left to the
        # collector.
        weakref.finalize(self, _close_all, self.connections)

    def _conn_request(
        self, conn: _Connection, request_uri: str, method: str, body: object, headers: object
    ) -> tuple[httplib2.Response, bytes]:
        if method in _IDEMPOTENT:
            # The published types of httplib2 leave out what is meant to be overridden.
            plain = super()._conn_request  # pyright: ignore[reportAttributeAccessIssue]
            return plain(conn, request_uri, method, body, headers)
        # A kept connection may be closed on the other side already; a fresh one is not.
        conn.close()
        try:
            conn.connect()
            conn.request(method, request_uri, body, headers)
            answer = conn.getresponse()
            content = answer.read()
        finally:
            conn.close()
        return httplib2.Response(answer), content
