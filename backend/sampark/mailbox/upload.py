"""A mail too large for a request's body: a session is opened, then filled chunk by chunk.

Only the chunk with the last byte makes the draft; all before it may go over the wire twice without
harm. Once that byte was on its way and nobody said what became of it, the outcome is unclear, and
is told as such: whoever sends it looks for the draft before a new session is opened.

The driver that comes with Google's client (`next_chunk`) re-sends nothing by itself, and still is
not used. It does not tell whether the last byte was on its way; it never gives up on a server that
takes nothing; and one that has every byte but no answer yet it sends a chunk of no bytes.
"""

import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Generic, Protocol, TypeVar, cast

from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error, Response
from pydantic import BaseModel

from sampark.mailbox import refusals
from sampark.mailbox.patience import Patience
from sampark.mailbox.refusals import CLIENT_ERRORS

CHUNK = 16 * 256 * 1024
"""Bytes of one request, what a broken connection costs at most: a multiple of Google's 256 KiB."""

_RANGE = re.compile(r"(?:bytes=)?0-(\d{1,12})")
_MEDIA_TYPE = "message/rfc822"

Answer = TypeVar("Answer", bound=BaseModel)


class Unclear(ConnectionError):
    """The last byte was on its way when the connection failed: the draft may exist."""


class _Opening(Protocol):
    """What is used of a request that Google's client made for a resumable upload."""

    methodId: str  # noqa: N815 - the client's own name
    uri: str
    method: str
    body: str
    headers: Mapping[str, str]


class _Http(Protocol):
    def request(
        self, uri: str, method: str, *, body: str | bytes | memoryview, headers: Mapping[str, str]
    ) -> tuple[Response, bytes]: ...


class Upload(Generic[Answer]):
    """A request whose mail goes by a resumable session. To the quota it is one request."""

    times = 1

    def __init__(
        self, opening: object, content: bytes, shape: type[Answer], patience: Patience
    ) -> None:
        """Pair the client's request for a session with the mail and the shape of the answer."""
        self._opening = cast("_Opening", opening)
        self._content = content
        self._shape = shape
        self._patience = patience

    @property
    def method(self) -> str:
        """The method's id: what the quota goes by."""
        return self._opening.methodId

    def send(self, http: object) -> Answer:
        """Upload it over an authorized client that re-sends nothing by itself.

        After a broken connection or a 5xx the server is asked what it has, and gets the rest.

        Raises:
            Unclear: it may have been taken; nothing may be made anew before that is known.
            CLIENT_ERRORS: it was not taken.
        """
        client = cast("_Http", http)
        filling = _Filling(client, self._open(client), self._content)
        try:
            answer = None
            while answer is None:
                answer = self._next(filling)
        except CLIENT_ERRORS as error:
            if filling.unclear:
                raise Unclear("no word came about the last chunk") from error
            raise
        return self._shape.model_validate_json(answer)

    def _open(self, http: _Http) -> str:
        """Open a session, which makes nothing yet; return where its bytes go."""
        asked = self._opening
        headers = {
            **asked.headers,
            "X-Upload-Content-Type": _MEDIA_TYPE,
            "X-Upload-Content-Length": str(len(self._content)),
        }
        response, content = http.request(asked.uri, asked.method, body=asked.body, headers=headers)
        place = str(response.get("location", ""))
        if response.status != 200 or not place:
            raise HttpError(response, content, uri=asked.uri)
        return place

    def _next(self, filling: "_Filling") -> bytes | None:
        for attempt in self._patience.tries(_may_pass):
            with attempt:
                return filling.advance()
        raise AssertionError("the last attempt either returns or raises")


class _Filling:
    """A session on its way. `unclear`: whether the last byte was sent and nothing came back."""

    def __init__(self, http: _Http, place: str, content: bytes) -> None:
        self._http = http
        self._place = place
        # A slice of a view is no copy.
        self._content = memoryview(content)
        self._size = len(content)
        self._have = 0
        self._most = 0
        self._known = True
        self.unclear = False

    def advance(self) -> bytes | None:
        """Send the next chunk, or first ask what arrived if that is not known.

        Returns:
            The server's answer to the whole, or None while there is more to send.

        Raises:
            CLIENT_ERRORS: this step failed; another call goes on from what arrived.
        """
        if not self._known:
            answer = self._put(f"bytes */{self._size}", self._content[:0])
            if answer is not None:
                return answer
        chunk = self._content[self._have : self._have + CHUNK]
        if not chunk:
            self._known = False
            raise ConnectionError("every byte arrived, and nothing came of it yet")
        span = f"bytes {self._have}-{self._have + len(chunk) - 1}/{self._size}"
        answer = self._put(span, chunk)
        if answer is None and self._have <= self._most:
            raise ConnectionError("nothing of the chunk arrived")
        self._most = max(self._most, self._have)
        return answer

    def _put(self, span: str, chunk: memoryview) -> bytes | None:
        """Make one request of the session; return its answer if it is the last one."""
        before = self.unclear
        self.unclear = before or (bool(chunk) and self._have + len(chunk) == self._size)
        self._known = False
        headers = {"Content-Range": span, "Content-Type": _MEDIA_TYPE}
        response, content = self._http.request(self._place, "PUT", body=chunk, headers=headers)
        if response.status in {200, 201}:
            return content
        if response.status == 308:
            self._have = self._arrived(response)
            self._known = True
            self.unclear = self._have == self._size
            return None
        if response.status < 500:
            # In plain words: this request was not taken. What became of one before it is as it was.
            self.unclear = before
        raise HttpError(response, content, uri=self._place)

    def _arrived(self, response: Response) -> int:
        """Return how many bytes a 308 tells of; without a Range nothing arrived."""
        if "range" not in response:
            return 0
        found = _RANGE.fullmatch(str(response["range"]))
        if found is None or int(found[1]) >= self._size:
            raise ValueError("the server tells of a range that cannot be")
        return int(found[1]) + 1


def _may_pass(error: Exception) -> bool | float:
    """Whether a step is worth another attempt, or after how many seconds it is."""
    if isinstance(error, HttpError):
        after = refusals.retry_after(error)
        return refusals.is_passing(error) and (True if after is None else after)
    return isinstance(error, OSError | HTTPException | HttpLib2Error)
