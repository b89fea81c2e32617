"""Resumable uploads: a session is opened, then filled chunk by chunk, then answered as one upload.

Google's protocol: the first request carries the resource and gets a session's address; PUTs carry
the bytes with a Content-Range, and 308 with a Range says what arrived. Chunks but the last are
multiples of 256 KiB. Sessions live in memory: after a restart they are gone (404).
"""

import re
import secrets
import threading
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sampark.sandbox.dispatch import Header, Inner, dispatch, whole_body
from sampark.sandbox.faults import problem_response
from sampark.sandbox.problems import ApiProblem, invalid, not_found

CHUNK = 256 * 1024

_RANGE = re.compile(r"bytes (?:\*|(\d+)-(\d+))/(\d+|\*)")
_MOST_SESSIONS = 1_000


@dataclass
class _Session:
    method: str
    target: bytes
    headers: list[Header]
    resource: bytes
    media_type: str
    content: bytearray


class ResumableUploads:
    """ASGI middleware: gathers a session's bytes and hands `app` one multipart upload."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lock = threading.Lock()
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
        body = await whole_body(receive)
        try:
            response = await self._answer(scope, query, body)
        except ApiProblem as problem:
            response = problem_response(problem)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, query: dict[str, str], body: bytes) -> Response:
        name = query.pop("upload_id", "")
        if not name:
            return self._open(scope, query, body)
        session = self._sessions.get(name)
        if session is None:
            raise not_found()
        if not _complete(session, Headers(scope=scope), body):
            return _so_far(session)
        with self._lock:
            self._sessions.pop(name, None)
        answer = await dispatch(self._app, scope, _whole(session))
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in answer.headers}
        return Response(answer.body, answer.status, headers)

    def _open(self, scope: Scope, query: dict[str, str], body: bytes) -> Response:
        """Open a session and say where its bytes go."""
        headers = Headers(scope=scope)
        kept = [(name, value) for name, value in scope["headers"] if name == b"authorization"]
        media_type = headers.get("x-upload-content-type", "message/rfc822")
        plain = urlencode(query | {"uploadType": "multipart"})
        target = f"{scope['path']}?{plain}".encode()
        session = _Session(scope["method"], target, kept, body or b"{}", media_type, bytearray())
        name = secrets.token_urlsafe(24)
        with self._lock:
            while len(self._sessions) >= _MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
            self._sessions[name] = session
        place = urlencode(query | {"upload_id": name})
        where = f"http://{headers.get('host', '127.0.0.1')}{scope['path']}?{place}"
        return Response(status_code=200, headers={"Location": where, "X-GUploader-UploadID": name})


def _complete(session: _Session, headers: Headers, body: bytes) -> bool:
    """Take in a chunk; return whether the upload is whole. 400 for a range that does not follow."""
    given = headers.get("content-range", "")
    if not given:
        session.content[:] = body
        return True
    found = _RANGE.fullmatch(given.strip())
    if not found:
        raise invalid(f"Invalid Content-Range {given[:100]}")
    total = None if found[3] == "*" else int(found[3])
    if found[1] is not None:
        _take(session, int(found[1]), int(found[2]), body)
    whole = total is not None and len(session.content) == total
    if body and not whole and len(body) % CHUNK:
        raise invalid(f"A chunk must be a multiple of {CHUNK} bytes.")
    return whole


def _take(session: _Session, first: int, last: int, body: bytes) -> None:
    """Add a chunk. What arrived before and is sent again is passed over."""
    have = len(session.content)
    if last - first + 1 != len(body) or first > have:
        raise invalid("Content-Range does not fit the bytes that arrived.")
    session.content += body[have - first :]


def _so_far(session: _Session) -> Response:
    have = len(session.content)
    return Response(status_code=308, headers={"Range": f"bytes=0-{have - 1}"} if have else {})


def _whole(session: _Session) -> Inner:
    """Return the upload as one multipart/related request."""
    boundary = secrets.token_hex(24)
    body = b"".join(
        (
            f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode(),
            session.resource,
            f"\r\n--{boundary}\r\nContent-Type: {session.media_type}\r\n\r\n".encode(),
            bytes(session.content),
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    kind = f"multipart/related; boundary={boundary}".encode()
    return Inner(session.method, session.target, [*session.headers, (b"content-type", kind)], body)
