"""The content security policy of Panel's pages.

Panel's bundles call `eval` and its pages begin with inline scripts. Those of the page as it left
the server get a nonce; what arrives later over the socket, such as the words of a mail, has none
and cannot run.
"""

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval' blob: 'nonce-{nonce}'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_SCRIPT = re.compile(rb"<script(?=[\s>])")


class PagePolicy:
    """Gives the scripts of each page under `prefix` a nonce of its own."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; mark the scripts of a page on its way back."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        page = _Page(send)
        await self._app(scope, receive, page)


class _Page:
    """Holds a response back until it is whole, then sends it with its nonce."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False) or self._start is None:
            return
        headers = MutableHeaders(scope=self._start)
        if headers.get("content-type", "").startswith("text/html"):
            nonce = secrets.token_urlsafe(16)
            self._body = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), self._body)
            headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
            headers["Content-Length"] = str(len(self._body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})
