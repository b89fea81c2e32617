"""Many reads in one request: Gmail's batches, whose parts succeed and fail each by itself.

A batch of n reads costs what n reads cost; it saves the round trips. Google, "Batching requests".
"""

import http.client
import io
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar, cast

from googleapiclient.errors import HttpError
from httplib2 import Response

from sampark.mailbox import refusals
from sampark.mailbox.wire import Request, Shape

MOST = 50
"""Reads in a batch: Google takes a hundred, and advises against more than fifty."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_NAME = re.compile(rb"^content-id:[ \t]*<response-([^>\r\n]*)>", re.IGNORECASE | re.MULTILINE)

Answer = TypeVar("Answer", bound=Shape)


class _Http(Protocol):
    def request(
        self, uri: str, method: str, *, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Response, bytes]: ...


class Part(NamedTuple):
    """The answer to one read of a batch."""

    name: str
    response: Response
    content: bytes


class Batch(Generic[Answer]):
    """Reads that travel together, by name. Sent again, it asks only for what is not answered yet.

    `found` are the answers so far; `gone` are the names of what Gmail does not have (any more).
    """

    def __init__(self, endpoint: str, requests: Mapping[str, Request[Answer]]) -> None:
        """Gather reads of one method, at least one, for a server's root address."""
        self._address = f"{endpoint.rstrip('/')}/batch/gmail/v1"
        self._left = dict(requests)
        self.method = next(iter(requests.values())).method
        self.found: dict[str, Answer] = {}
        self.gone: set[str] = set()

    @property
    def left(self) -> tuple[str, ...]:
        """The names of the reads that are not answered yet."""
        return tuple(self._left)

    @property
    def times(self) -> int:
        """How many reads the next request stands for: what the quota goes by."""
        return len(self._left)

    def send(self, http: object) -> "Batch[Answer]":
        """Ask once for all that is left.

        Raises:
            HttpError: the batch was refused, or parts of it; what they were asked for is left.
            ValueError: the answer cannot be read, or parts are missing in it.
        """
        boundary = f"batch_{secrets.token_hex(16)}"
        response, content = cast("_Http", http).request(
            self._address,
            "POST",
            body=self._written(boundary),
            headers={"content-type": f'multipart/mixed; boundary="{boundary}"'},
        )
        if response.status >= 300:
            raise HttpError(response, content, uri=self._address)
        parts = list(_parts(str(response.get("content-type", "")), content))
        failed = [error for part in parts if (error := self._take(part)) is not None]
        if failed:
            # One that may pass is told first: then the rest is tried again.
            raise max(failed, key=refusals.is_passing)
        if self._left:
            raise ValueError(f"{len(self._left)} parts of a batch were not answered")
        return self

    def _written(self, boundary: str) -> bytes:
        parts = (
            f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: <{name}>\r\n\r\n"
            f"GET {request.target} HTTP/1.1\r\naccept: application/json\r\n\r\n\r\n"
            for name, request in self._left.items()
        )
        return f"{''.join(parts)}--{boundary}--\r\n".encode("ascii")

    def _take(self, part: Part) -> HttpError | None:
        """Keep the answer of a part, or return why there is none."""
        request = self._left.get(part.name)
        if request is None:
            return None
        if part.response.status == 404:
            self.gone.add(part.name)
        elif part.response.status < 300:
            self.found[part.name] = request.read(part.content)
        else:
            return HttpError(part.response, part.content, uri=self._address)
        del self._left[part.name]
        return None


def _parts(content_type: str, content: bytes) -> Iterator[Part]:
    """Cut an answer into its parts; raises ValueError if it has none."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise ValueError("the answer to a batch names no boundary")
    mark = b"--" + (found[1] or found[2]).encode("latin-1")
    # No part holds the mark: their bodies are JSON.
    for piece in content.split(mark)[1:]:
        head, _, answer = piece.lstrip(b"\r\n").partition(b"\r\n\r\n")
        named = _NAME.search(head)
        if named is not None:
            yield _part(named[1].decode("latin-1"), answer)


def _part(name: str, answer: bytes) -> Part:
    line, _, rest = answer.partition(b"\r\n")
    status = line.split(b" ", 2)[1:2]
    if not status or not status[0].isdigit():
        raise ValueError("a part of a batch has no status")
    stream = io.BytesIO(rest)
    response = Response(dict(http.client.parse_headers(stream).items()))
    response.status = int(status[0])
    response["status"] = str(response.status)
    return Part(name, response, stream.read())
