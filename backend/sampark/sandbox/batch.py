"""Batched requests: `POST /batch/gmail/v1`, a multipart/mixed body of HTTP requests.

At most 100, each counted as one request, answered in another order than they were asked: clients
tell them apart by Content-ID (Gmail API guide, "Batching requests").
"""

import re
import secrets
from collections.abc import Iterator
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sampark.sandbox.dispatch import Answer, Header, Inner, dispatch, whole_body
from sampark.sandbox.faults import problem_response
from sampark.sandbox.headers import read_block
from sampark.sandbox.mime import split_multipart
from sampark.sandbox.problems import ApiProblem, invalid

MOST = 100

_PATHS = ("/batch", "/batch/gmail/v1")
_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_REQUEST_LINE = re.compile(rb"([A-Z]+) (?:https?://[^/ ]+)?(/[^ ]*)(?: HTTP/[\d.]+)?")
_INHERITED = (b"authorization", b"host")


class Batches:
    """ASGI middleware: takes batches apart, lets `each` answer the parts, puts that together."""

    def __init__(self, app: ASGIApp, *, each: ASGIApp) -> None:
        self._app = app
        self._each = each

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a batch; pass everything else on."""
        if scope["type"] != "http" or scope["path"] not in _PATHS or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await whole_body(receive)
        try:
            asked = list(_parts(scope, body))
        except ApiProblem as problem:
            await problem_response(problem)(scope, receive, send)
            return
        answers = [(name, await dispatch(self._each, scope, inner)) for name, inner in asked]
        boundary = f"batch_{secrets.token_urlsafe(18)}"
        content = b"".join(_written(boundary, name, answer) for name, answer in reversed(answers))
        response = Response(
            content + f"--{boundary}--\r\n".encode(),
            media_type=f"multipart/mixed; boundary={boundary}",
        )
        await response(scope, receive, send)


def _parts(scope: Scope, body: bytes) -> Iterator[tuple[str, Inner]]:
    """Yield each request of a batch with its Content-ID; 400 if the batch cannot be read."""
    content_type = Headers(scope=scope).get("content-type", "")
    found = _BOUNDARY.search(content_type)
    parts = split_multipart(body, found[1] or found[2]) if found else []
    if not content_type.startswith("multipart/mixed") or not parts:
        raise ApiProblem(400, "badRequest", "Failed to parse batch request.")
    if len(parts) > MOST:
        raise invalid(f"The batch has {len(parts)} requests; the limit is {MOST}.")
    for part in parts:
        block = read_block(part)
        yield block.value("Content-ID"), _inner(scope, _after(block.rest))


def _inner(scope: Scope, text: bytes) -> Inner:
    line, _, rest = text.partition(b"\n")
    found = _REQUEST_LINE.fullmatch(line.strip())
    if not found:
        raise ApiProblem(400, "badRequest", "Failed to parse batch request: no request line.")
    block = read_block(rest)
    headers: list[Header] = [
        (field.name.lower().encode("latin-1", "replace"), field.value.strip().encode())
        for field in block.fields
    ]
    named = {name for name, _ in headers}
    outer: list[Header] = scope["headers"]
    headers += [(name, value) for name, value in outer if name in _INHERITED and name not in named]
    return Inner(found[1].decode(), found[2], headers, _after(block.rest))


def _after(rest: bytes) -> bytes:
    """Return what follows the empty line that ends a header block."""
    return rest[2:] if rest.startswith(b"\r\n") else rest.removeprefix(b"\n")


def _written(boundary: str, name: str, answer: Answer) -> bytes:
    """Return a part of the answer; its Content-ID is the request's with "response-" before."""
    answered = f"<response-{name[1:]}" if name.startswith("<") else f"response-{name}"
    phrase = HTTPStatus(answer.status).phrase
    head = [
        f"--{boundary}",
        "Content-Type: application/http",
        *([f"Content-ID: {answered}"] if name else []),
        "",
        f"HTTP/1.1 {answer.status} {phrase}",
        *(f"{key.decode('latin-1')}: {value.decode('latin-1')}" for key, value in answer.headers),
        "",
        "",
    ]
    return "\r\n".join(head).encode("latin-1", "replace") + answer.body + b"\r\n"
