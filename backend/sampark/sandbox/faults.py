"""The gate every API request passes: set faults strike here, and every request is written down."""

import asyncio
import re
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sampark.sandbox.connection import cut
from sampark.sandbox.control import Fault, RequestSeen
from sampark.sandbox.problems import (
    ApiProblem,
    api_disabled,
    backend_error,
    not_found,
    quota_exceeded,
    too_many_requests,
    unauthenticated,
)
from sampark.sandbox.store import Now

_MOST_SEEN = 10_000
CONTROL_PREFIX = "/sandbox/"


@dataclass
class _Armed:
    fault: Fault
    left: int
    """How often it still strikes; a fault until cleared starts below zero and never reaches it."""
    skip: int
    """How many requests still pass."""

    def is_due(self, request: str) -> bool:
        """Whether it may befall a request now; one that is to pass is counted."""
        if not re.search(self.fault.match, request):
            return False
        self.skip -= 1
        return self.skip < 0


class FaultBoard:
    """The faults that are set and the requests that were seen; safe to use from any thread."""

    def __init__(self, now: Now) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        self._seen: deque[RequestSeen] = deque(maxlen=_MOST_SEEN)
        self._now = now

    def arm(self, fault: Fault) -> None:
        """Set a fault after those already set."""
        with self._lock:
            self._armed.append(_Armed(fault, fault.times or -1, fault.skip))

    def clear(self) -> None:
        """Take all faults away."""
        with self._lock:
            self._armed.clear()

    def forget_requests(self) -> None:
        """Forget the requests seen so far."""
        with self._lock:
            self._seen.clear()

    def requests(self) -> list[RequestSeen]:
        """Return the requests seen, oldest first."""
        with self._lock:
            return list(self._seen)

    def saw(self, method: str, path: str, status: int) -> None:
        """Write down how a request ended."""
        with self._lock:
            self._seen.append(RequestSeen(method=method, path=path, status=status, at=self._now()))

    def strike(self, request: str) -> list[Fault]:
        """Return what befalls a "METHOD /path": matching delays, then the first other fault."""
        with self._lock:
            matching = [armed for armed in self._armed if armed.is_due(request)]
            delays = [armed for armed in matching if armed.fault.kind == "delay"]
            others = [armed for armed in matching if armed.fault.kind != "delay"]
            striking = delays + others[:1]
            for armed in striking:
                armed.left -= 1
            self._armed = [armed for armed in self._armed if armed.left]
            return [armed.fault for armed in striking]


class Gate:
    """ASGI middleware around the whole application; control requests pass it untouched."""

    def __init__(self, app: ASGIApp, board: FaultBoard) -> None:
        self._app = app
        self._board = board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or do to it what the board says."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PREFIX):
            await self._app(scope, receive, send)
            return
        struck = self._board.strike(f"{scope['method']} {scope['path']}")
        for fault in struck:
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
        last = next((fault for fault in struck if fault.kind != "delay"), None)
        status = await self._pass(last, scope, receive, send)
        self._board.saw(scope["method"], scope["path"], status)

    async def _pass(self, fault: Fault | None, scope: Scope, receive: Receive, send: Send) -> int:
        """Handle the request under a fault and return the status it ended with; 0 when cut."""
        if fault is None:
            watched = _Watched(send)
            with suppress(ClientDisconnect):
                await self._app(scope, receive, watched)
            return watched.status
        if fault.kind in ("drop_after", "error_after"):
            await self._app(scope, receive, _swallow)
        elif fault.kind == "drop_midway":
            with suppress(ClientDisconnect):
                await self._app(scope, _Half(scope, receive), _swallow)
        else:
            # A connection closed over unread bytes is reset, which the client may meet mid-send.
            await _drain(receive)
        if fault.kind in ("drop_before", "drop_midway", "drop_after"):
            await cut(scope, receive)
            return 0
        problem = _problem(fault)
        await problem_response(problem)(scope, receive, send)
        return problem.code


class _Watched:
    """A send that remembers the status it passed on."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


class _Half:
    """A receive of half a body, and then of the news that the client hung up."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._left = int(Headers(scope=scope).get("content-length", "0")) // 2

    async def __call__(self) -> Message:
        if self._left <= 0:
            return {"type": "http.disconnect"}
        message = await self._receive()
        body = message.get("body", b"")[: self._left]
        self._left -= len(body)
        return {**message, "body": body, "more_body": True}


class GoogleJson(JSONResponse):
    """JSON under the media type as Google's servers write it."""

    media_type = "application/json; charset=UTF-8"


def problem_response(problem: ApiProblem) -> Response:
    """Return a refusal as an HTTP response."""
    return GoogleJson(problem.body(), problem.code, dict(problem.headers))


def _problem(fault: Fault) -> ApiProblem:
    match fault.kind:
        case "unauthorized":
            return unauthenticated()
        case "api_disabled":
            return api_disabled()
        case "quota":
            return quota_exceeded()
        case "not_found":
            return not_found()
        case "rate_limit":
            return too_many_requests(fault.retry_after)
        case _:
            return backend_error(fault.status)


async def _swallow(_: Message) -> None:
    """Receive an answer that nobody gets."""


async def _drain(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
