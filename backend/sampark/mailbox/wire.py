"""The shapes of the Gmail API's JSON, and the requests that are made of it. Nothing is sent here.

Every address comes from the endpoint: the discovery document that ships with the client is read
with its root replaced, so that uploads go to the same server as everything else.
"""

import base64
import json
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from googleapiclient import discovery, discovery_cache
from googleapiclient.http import MediaInMemoryUpload
from pydantic import BaseModel, ConfigDict, Field

from sampark.errors import MailboxError
from sampark.mailbox.patience import Patience
from sampark.mailbox.upload import Upload

# A mail of this size is 4 MB of base64: bodies are answered with 413 from about 5 MB on
# (googleapis/google-api-go-client#374).
_IN_A_BODY = 3_000_000

PAGE = 500

LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")
"""What the addresses of servers on this machine begin with."""


class Shape(BaseModel):
    """A part of an answer; what is not read is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Profile(Shape):
    """users.getProfile."""

    email: str = Field(alias="emailAddress")
    history_id: str = Field(alias="historyId", coerce_numbers_to_str=True)


class Part(Shape):
    """The top of a message's payload: its headers."""

    headers: tuple["HeaderShape", ...] = ()


class HeaderShape(Shape):
    """One header of a payload."""

    name: str
    value: str


class MessageShape(Shape):
    """A message in any format."""

    id: str
    thread_id: str = Field(default="", alias="threadId")
    labels: tuple[str, ...] = Field(default=(), alias="labelIds")
    internal_date: int = Field(default=0, alias="internalDate")
    raw: str = ""
    payload: Part = Part()

    @property
    def received_at(self) -> datetime:
        """When Gmail accepted it."""
        return datetime.fromtimestamp(self.internal_date / 1000, UTC)

    @property
    def content(self) -> bytes:
        """The raw mail."""
        return base64.urlsafe_b64decode(self.raw + "=" * (-len(self.raw) % 4))

    def header(self, name: str) -> str:
        """Return the first header of that name in any case, "" if there is none."""
        values = (item.value for item in self.payload.headers if item.name.lower() == name.lower())
        return next(values, "")


class Labelled(Shape):
    """A label record of the history: the message and the labels that were added or removed."""

    message: MessageShape
    labels: tuple[str, ...] = Field(default=(), alias="labelIds")


class Added(Shape):
    """A record of a message that is new."""

    message: MessageShape


class HistoryRecord(Shape):
    """One step of the mailbox's history."""

    id: str = Field(coerce_numbers_to_str=True)
    added: tuple[Added, ...] = Field(default=(), alias="messagesAdded")
    labels_added: tuple[Labelled, ...] = Field(default=(), alias="labelsAdded")
    labels_removed: tuple[Labelled, ...] = Field(default=(), alias="labelsRemoved")


class HistoryPage(Shape):
    """users.history.list."""

    records: tuple[HistoryRecord, ...] = Field(default=(), alias="history")
    history_id: str = Field(default="", alias="historyId", coerce_numbers_to_str=True)
    next_page: str = Field(default="", alias="nextPageToken")


class WatchShape(Shape):
    """users.watch. `expiration` is in milliseconds since 1970."""

    expiration: int


class MessagePage(Shape):
    """users.messages.list."""

    messages: tuple[MessageShape, ...] = ()
    next_page: str = Field(default="", alias="nextPageToken")


class ThreadShape(Shape):
    """users.threads.get."""

    messages: tuple[MessageShape, ...] = ()


class DraftShape(Shape):
    """A draft and the message it stands for."""

    id: str
    message: MessageShape


class DraftPage(Shape):
    """users.drafts.list."""

    drafts: tuple[DraftShape, ...] = ()
    next_page: str = Field(default="", alias="nextPageToken")


class SendAsShape(Shape):
    """An address that the account may send as."""

    email: str = Field(alias="sendAsEmail")
    primary: bool = Field(default=False, alias="isPrimary")
    verification: str = Field(default="", alias="verificationStatus")


class SendAsList(Shape):
    """users.settings.sendAs.list."""

    addresses: tuple[SendAsShape, ...] = Field(default=(), alias="sendAs")


class _HttpRequest(Protocol):
    methodId: str  # noqa: N815 - the client's own name
    uri: str

    def execute(self, http: object) -> object: ...


Answer = TypeVar("Answer", bound=Shape)


class Request(Generic[Answer]):
    """A request that is ready to be sent, and the shape of its answer."""

    def __init__(self, request: object, shape: type[Answer]) -> None:
        """Pair a request of the client with the shape of its answer."""
        self._request = cast("_HttpRequest", request)
        self._shape = shape

    @property
    def method(self) -> str:
        """The method's id, as "gmail.users.messages.get": what the quota goes by."""
        return self._request.methodId

    @property
    def times(self) -> int:
        """How many requests the quota sees in it."""
        return 1

    @property
    def target(self) -> str:
        """Its path and query: what a part of a batch is addressed to."""
        return urlsplit(self._request.uri)._replace(scheme="", netloc="").geturl()

    def send(self, http: object) -> Answer:
        """Send it once over an authorized client; raises what the client raises, and ValueError."""
        return self._shape.model_validate(self._request.execute(http=http))

    def read(self, content: bytes) -> Answer:
        """Return the answer that came in a part of a batch; raises ValueError."""
        return self._shape.model_validate_json(content)


def service(name: str, endpoint: str) -> Any:  # noqa: ANN401 - made from a document at run time
    """Return the client of a Google API, version 1, for a server's root address.

    Raises:
        MailboxError: The client library lacks the API's discovery document.
    """
    text = discovery_cache.get_static_doc(name, "v1")
    if text is None:
        raise MailboxError(
            f"The Google client has no discovery document of {name}.",
            fix="Install google-api-python-client again.",
        )
    document = json.loads(text) | {"rootUrl": f"{endpoint.rstrip('/')}/", "mtlsRootUrl": ""}
    # A transport is given with each request; this one is only there because the client wants one.
    return discovery.build_from_document(document, http=_NoTransport())


class Wire:
    """Makes the requests that this system uses, for one server."""

    def __init__(self, endpoint: str) -> None:
        """Read the client's own discovery document for a server's root address."""
        # The client makes a collection's methods anew whenever it is asked for it: 2 ms each time.
        self._users: Any = service("gmail", endpoint).users()
        self._messages: Any = self._users.messages()
        self._threads: Any = self._users.threads()
        self._drafts: Any = self._users.drafts()
        self._history: Any = self._users.history()

    def profile(self) -> Request[Profile]:
        """users.getProfile."""
        return Request(self._users.getProfile(userId="me"), Profile)

    def send_as(self) -> Request[SendAsList]:
        """users.settings.sendAs.list."""
        return Request(self._users.settings().sendAs().list(userId="me"), SendAsList)

    def history(self, start: str) -> Request[HistoryPage]:
        """users.history.list, its first page: what came in, and what was moved."""
        request = self._history.list(
            userId="me",
            startHistoryId=start,
            historyTypes=["messageAdded", "labelAdded", "labelRemoved"],
            maxResults=PAGE,
        )
        return Request(request, HistoryPage)

    def watch(self, topic: str) -> Request[WatchShape]:
        """users.watch: every change of the mailbox is told to a Pub/Sub topic."""
        return Request(self._users.watch(userId="me", body={"topicName": topic}), WatchShape)

    def message(self, gmail_id: str) -> Request[MessageShape]:
        """users.messages.get with the raw mail."""
        return Request(self._messages.get(userId="me", id=gmail_id, format="raw"), MessageShape)

    def headers(self, gmail_id: str, names: list[str]) -> Request[MessageShape]:
        """users.messages.get with some headers alone."""
        request = self._messages.get(
            userId="me", id=gmail_id, format="metadata", metadataHeaders=names
        )
        return Request(request, MessageShape)

    def messages(self, query: str, labels: list[str], most: int, page: str) -> Request[MessagePage]:
        """users.messages.list, newest first."""
        request = self._messages.list(
            userId="me",
            q=query or None,
            labelIds=labels or None,
            maxResults=min(most, PAGE),
            pageToken=page or None,
        )
        return Request(request, MessagePage)

    def thread(self, thread_id: str, names: list[str]) -> Request[ThreadShape]:
        """users.threads.get with some headers of each message."""
        request = self._threads.get(
            userId="me", id=thread_id, format="metadata", metadataHeaders=names
        )
        return Request(request, ThreadShape)

    def drafts(self, page: str) -> Request[DraftPage]:
        """users.drafts.list."""
        request = self._drafts.list(userId="me", maxResults=PAGE, pageToken=page or None)
        return Request(request, DraftPage)

    def draft(self, draft_id: str) -> Request[DraftShape]:
        """users.drafts.get, the least of it."""
        return Request(self._drafts.get(userId="me", id=draft_id, format="minimal"), DraftShape)

    def create_draft(
        self, raw: bytes, thread_id: str, patience: Patience
    ) -> Request[DraftShape] | Upload[DraftShape]:
        """users.drafts.create: in the body, or from 3 MB on by a resumable upload.

        Google asks for resumable uploads from 5 MB on only. Between the two they cost one round
        trip more than a multipart upload, and spare a third way that could end unclear in its own
        manner; a simple upload cannot name a thread.
        """
        # A thread id alone does not join: subject and References must fit as well.
        message = {"threadId": thread_id} if thread_id else {}
        if len(raw) <= _IN_A_BODY:
            encoded = base64.urlsafe_b64encode(raw).decode("ascii")
            body = {"message": message | {"raw": encoded}}
            return Request(self._drafts.create(userId="me", body=body), DraftShape)
        # The client makes the address and the body; the content goes by our own hand.
        media = MediaInMemoryUpload(b"", mimetype="message/rfc822", resumable=True)
        opening = self._drafts.create(userId="me", body={"message": message}, media_body=media)
        return Upload(opening, raw, DraftShape, patience)

    def send_draft(self, draft_id: str) -> Request[MessageShape]:
        """users.drafts.send."""
        return Request(self._drafts.send(userId="me", body={"id": draft_id}), MessageShape)


class _NoTransport:
    """A transport that refuses to be used."""

    def request(self, *_: object, **__: object) -> None:
        """Refuse."""
        raise MailboxError("A request was sent without a transport of its own.")
