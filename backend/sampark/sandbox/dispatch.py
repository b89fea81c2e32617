"""Requests that the sandbox makes to itself: what batches and resumable uploads are turned into."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope

Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Inner:
    """A request inside another: method, path with its query, lower-case headers, body."""

    method: str
    target: bytes
    headers: Sequence[Header]
    body: bytes


@dataclass
class Answer:
    """What an application answered."""

    status: int = 0
    headers: list[Header] = field(default_factory=list[Header])
    body: bytes = b""


async def dispatch(app: ASGIApp, outer: Scope, inner: Inner) -> Answer:
    """Let the application answer an inner request on the connection of the outer one."""
    path, _, query = inner.target.partition(b"?")
    scope = {
        **outer,
        "method": inner.method,
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": list(inner.headers),
        "state": {},
    }
    answer = Answer()
    coming: list[Message] = [{"type": "http.request", "body": inner.body, "more_body": False}]

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = list(message["headers"])
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


class Body(NamedTuple):
    """What arrived of a request's body. Not `whole`: the client hung up on the way."""

    content: bytes
    whole: bool


async def arriving_body(receive: Receive) -> Body:
    """Return a request's body as far as it comes."""
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Body(b"".join(pieces), whole=False)
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return Body(b"".join(pieces), whole=True)


async def whole_body(receive: Receive) -> bytes:
    """Return a request's whole body; raises ClientDisconnect if it does not come."""
    body = await arriving_body(receive)
    if not body.whole:
        raise ClientDisconnect
    return body.content
