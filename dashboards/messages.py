"""Keeps each message of a page's socket in one piece.

A Bokeh message is several frames: header, metadata, content, and two for each buffer. Several
tasks write to one socket, and a full send buffer suspends them between two frames: without a
turn for each message, large ones would be mixed up.
"""

import asyncio
import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMES = 3


class WholeMessages:
    """Lets one task at a time write a message to a socket under `prefix`."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on; give each message its turn."""
        if scope["type"] != "websocket" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        turns = _Turns(send)
        try:
            await self._app(scope, receive, turns)
        finally:
            turns.end()


class _Turns:
    """The turn belongs to a task from a message's first frame to its last."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._lock = asyncio.Lock()
        self._writer: asyncio.Task[object] | None = None
        self._left = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] != "websocket.send":
            await self._send(message)
            return
        me = asyncio.current_task()
        if self._writer is not me:
            await self._lock.acquire()
            self._writer = me
            self._left = frames(message.get("text") or "")
        try:
            await self._send(message)
        except BaseException:
            self.end()
            raise
        self._left -= 1
        if self._left == 0:
            self.end()

    def end(self) -> None:
        """Give the turn back, also where a message was left unfinished."""
        self._writer = None
        if self._lock.locked():
            self._lock.release()


def frames(header: str) -> int:
    """Return how many frames the message of that header has, the header included."""
    try:
        told = json.loads(header)
    except ValueError:
        return 1
    return FRAMES + 2 * int(told.get("num_buffers", 0)) if isinstance(told, dict) else 1
