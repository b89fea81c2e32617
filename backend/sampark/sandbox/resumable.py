"""Resumable uploads: a session is opened, then filled chunk by chunk, then answered as one upload.

Google's protocol: the first request carries the resource and gets a session's address; PUTs carry
the bytes with a Content-Range, and 308 with a Range says what arrived. Chunks but the last are
multiples of 256 KiB, and so much of a broken one is kept. The last byte makes the resource, once:
asked again, the session repeats its answer. DELETE cancels a session (499), and a week ends it
(404). Sessions live in memory: after a restart they are gone too.
"""

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sampark.sandbox.calls import access_of, require_scope
from sampark.sandbox.dispatch import (
    Answer,
    Body,
    Header,
    Inner,
    arriving_body,
    dispatch,
    whole_body,
)
from sampark.sandbox.faults import problem_response
from sampark.sandbox.problems import ApiProblem, invalid, not_found
from sampark.sandbox.store import Store

CHUNK = 256 * 1024
LIFETIME = timedelta(days=7)

_RANGE = re.compile(r"bytes (?:\*|(\d+)-(\d+))/(\d+|\*)")
_MOST_SESSIONS = 1_000
_CANCELLED = 499  # Google's own number


@dataclass
class _Session:
    method: str
    target: bytes
    headers: list[Header]
    resource: bytes
    media_type: str
    opened: datetime
    size: int | None
    """How many bytes it is to have, as far as anybody said."""
    content: bytearray = field(default_factory=bytearray)
    answer: Answer | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the request that is worked on: what else comes for the session waits."""


class ResumableUploads:
    """ASGI middleware: gathers a session's bytes and hands `app` one multipart upload."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store
        self._sessions: dict[str, _Session] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what belongs to a resumable upload; pass everything else on."""
        if scope["type"] != "http" or not scope["path"].startswith("/upload/"):
            await self._app(scope, receive, send)
            return
        query = {
            name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()
        }
        if query.get("uploadType") != "resumable":
            await self._app(scope, receive, send)
            return
        try:
            response = await self._answer(scope, query, receive)
        except ApiProblem as problem:
            response = problem_response(problem)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, query: dict[str, str], receive: Receive) -> Response:
        name = query.pop("upload_id", "")
        if not name:
            return await self._open(scope, query, await whole_body(receive))
        body = await arriving_body(receive)
        session = self._sessions.get(name)
        if session is None or self._store.now() - session.opened >= LIFETIME:
            raise not_found()
        if scope["method"] == "DELETE":
            del self._sessions[name]
            return Response(status_code=_CANCELLED)
        async with session.turn:
            return await self._fill(scope, session, body)

    async def _open(self, scope: Scope, query: dict[str, str], body: bytes) -> Response:
        """Open a session and say where its bytes go."""
        headers = Headers(scope=scope)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        access = await access_of(self._store, scheme, token.strip())
        require_scope(access, scope["method"], scope["path"])
        plain = urlencode(query | {"uploadType": "multipart"})
        size = headers.get("x-upload-content-length", "")
        name = secrets.token_urlsafe(24)
        while len(self._sessions) >= _MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        self._sessions[name] = _Session(
            method=scope["method"],
            target=f"{scope['path']}?{plain}".encode(),
            headers=_authorization(scope),
            resource=body or b"{}",
            media_type=headers.get("x-upload-content-type", "message/rfc822"),
            opened=self._store.now(),
            size=int(size) if size.isdecimal() else None,
        )
        place = urlencode(query | {"upload_id": name})
        where = f"http://{headers.get('host', '127.0.0.1')}{scope['path']}?{place}"
        return Response(status_code=200, headers={"Location": where, "X-GUploader-UploadID": name})

    async def _fill(self, scope: Scope, session: _Session, body: Body) -> Response:
        """Take in what arrived; with the last byte make the resource, once."""
        if session.answer is None:
            whole = _take(session, Headers(scope=scope).get("content-range", ""), body)
            if not body.whole:
                raise ClientDisconnect
            if not whole:
                return _so_far(session)
            inner = _whole(session, _authorization(scope) or session.headers)
            made = await dispatch(self._app, scope, inner)
            if made.status >= 300:
                return _response(made)
            session.answer = made
            session.content.clear()
        return _response(session.answer)


def _take(session: _Session, span: str, body: Body) -> bool:
    """Take in a chunk; return whether the upload is whole.

    Raises:
        ApiProblem: 400 for a range that is none, does not follow, or tells of another size.
    """
    found = _RANGE.fullmatch(span.strip())
    if not found:
        if span:
            raise invalid(f"Invalid Content-Range {span[:100]}")
        return _take_all(session, body)
    if found[3] != "*":
        _settle_size(session, int(found[3]))
    if found[1] is not None:
        _append(session, int(found[1]), int(found[2]), body)
    return found[3] != "*" and len(session.content) == session.size


def _take_all(session: _Session, body: Body) -> bool:
    """Take in a body without a range: all there is."""
    if body.whole:
        _settle_size(session, len(body.content))
        session.content[:] = body.content
    return body.whole


def _settle_size(session: _Session, size: int) -> None:
    if session.size not in (None, size):
        raise invalid(f"The upload was announced with {session.size} bytes, not {size}.")
    session.size = size


def _append(session: _Session, first: int, last: int, body: Body) -> None:
    """Add a chunk. What arrived before and is sent again is passed over."""
    have = len(session.content)
    fits = last - first + 1 == len(body.content) or not body.whole
    if not fits or first > have or (session.size is not None and last >= session.size):
        raise invalid("Content-Range does not fit the bytes that arrived.")
    end = first + len(body.content)
    if not body.whole:
        end -= end % CHUNK
    elif end != session.size and len(body.content) % CHUNK:
        raise invalid(f"A chunk must be a multiple of {CHUNK} bytes.")
    session.content += body.content[have - first : max(have, end) - first]


def _so_far(session: _Session) -> Response:
    have = len(session.content)
    return Response(status_code=308, headers={"Range": f"bytes=0-{have - 1}"} if have else {})


def _authorization(scope: Scope) -> list[Header]:
    return [(name, value) for name, value in scope["headers"] if name == b"authorization"]


def _response(made: Answer) -> Response:
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in made.headers}
    return Response(made.body, made.status, headers)


def _whole(session: _Session, authorization: list[Header]) -> Inner:
    """Return the upload as one multipart/related request."""
    boundary = secrets.token_hex(24)
    body = b"".join(
        (
            f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode(),
            session.resource,
            f"\r\n--{boundary}\r\nContent-Type: {session.media_type}\r\n\r\n".encode(),
            session.content,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    kind = f"multipart/related; boundary={boundary}".encode()
    return Inner(session.method, session.target, [*authorization, (b"content-type", kind)], body)
