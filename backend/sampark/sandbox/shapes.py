"""Mailbox contents as the JSON objects of the API (schemas of the Gmail v1 discovery document).

Like Google's servers, an empty list is left out rather than given as [].
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from sampark.sandbox import mail
from sampark.sandbox.mime import Part, read_mail
from sampark.sandbox.problems import invalid
from sampark.sandbox.store import Mailbox

Json = dict[str, JsonValue]
Format = Literal["minimal", "full", "raw", "metadata"]


@dataclass(frozen=True)
class View:
    """How much of a message to show; `headers` narrows the metadata to these names, any case."""

    format: Format = "full"
    headers: Sequence[str] = ()


def reference(message: mail.Stored) -> Json:
    """Return a message as lists give it: its id and its thread."""
    return {"id": message.id, "threadId": message.thread_id}


def page(name: str, items: Sequence[Json], next_page: str, estimate: int) -> Json:
    """Return a list response: its items under `name`, the next page's token, the estimate."""
    shape: Json = {"resultSizeEstimate": estimate}
    if items:
        shape[name] = list[JsonValue](items)
    if next_page:
        shape["nextPageToken"] = next_page
    return shape


def labelled(box: Mailbox, message: mail.Stored) -> Json:
    """Return a message as changes answer with it: its reference and its labels."""
    return reference(message) | _labels(box, message)


def message_shape(box: Mailbox, message: mail.Stored, view: View) -> Json:
    """Return a message in the wanted format."""
    shape = labelled(box, message) | {
        "snippet": message.snippet,
        "sizeEstimate": message.size,
        "historyId": str(message.history_id),
        "internalDate": str(message.internal_date),
    }
    if view.format == "raw":
        shape["raw"] = base64url(mail.raw_of(box, message))
    elif view.format != "minimal":
        shape["payload"] = _payload(read_mail(mail.raw_of(box, message)), message.id, view)
    return shape


def thread_shape(box: Mailbox, thread_id: str, view: View) -> Json:
    """Return a thread with its messages, oldest first."""
    members = mail.in_thread(box, thread_id)
    return {
        "id": members[0].thread_id,
        "historyId": str(max(member.history_id for member in members)),
        "messages": [message_shape(box, member, view) for member in members],
    }


def thread_entry(box: Mailbox, thread_id: str) -> Json:
    """Return a thread as threads.list gives it: with the snippet of its newest message."""
    members = mail.in_thread(box, thread_id)
    return {
        "id": thread_id,
        "snippet": members[-1].snippet,
        "historyId": str(max(member.history_id for member in members)),
    }


def thread_labels(box: Mailbox, thread_id: str) -> Json:
    """Return a thread as changes answer with it: each message's reference and labels."""
    members = mail.in_thread(box, thread_id)
    return {"id": thread_id, "messages": [labelled(box, member) for member in members]}


def attachment(box: Mailbox, message: mail.Stored, attachment_id: str) -> Json:
    """Return an attachment's bytes; 400 for an id that is not of this message."""
    for part in read_mail(mail.raw_of(box, message)).walk():
        if part.attached and _attachment_id(message.id, part) == attachment_id:
            content = part.content()
            return {"size": len(content), "data": base64url(content)}
    raise invalid("Invalid attachment token")


def base64url(content: bytes) -> str:
    """Return bytes in the URL-safe base64 of the API's `byte` format, padded."""
    return base64.urlsafe_b64encode(content).decode("ascii")


def _labels(box: Mailbox, message: mail.Stored) -> Json:
    names = mail.labels_of(box, message)
    return {"labelIds": list[JsonValue](names)} if names else {}


def _payload(part: Part, gmail_id: str, view: View) -> Json:
    if view.format == "metadata":
        return {"mimeType": part.media_type, "headers": _headers(part, view.headers)}
    shape: Json = {
        "partId": part.part_id,
        "mimeType": part.media_type,
        "filename": part.filename,
        "headers": _headers(part, ()),
        "body": _body(part, gmail_id),
    }
    if part.parts:
        shape["parts"] = [_payload(child, gmail_id, view) for child in part.parts]
    return shape


def _headers(part: Part, names: Sequence[str]) -> list[JsonValue]:
    wanted = {name.lower() for name in names}
    return [
        {"name": field.name, "value": field.decoded}
        for field in part.block.fields
        if not wanted or field.name.lower() in wanted
    ]


def _body(part: Part, gmail_id: str) -> Json:
    """Return a part's body: an attachment id, or the inline text, which the API gives in UTF-8."""
    if part.media_type.startswith("multipart/") and part.parts:
        return {"size": 0}
    if part.attached:
        size = len(part.content())
        return {"attachmentId": _attachment_id(gmail_id, part), "size": size}
    content = part.text().encode()
    return {"size": len(content), "data": base64url(content)} if content else {"size": 0}


def _attachment_id(gmail_id: str, part: Part) -> str:
    written = f"{gmail_id}/{part.part_id or 'root'}".encode()
    return "ANGjdJ" + base64.urlsafe_b64encode(written).decode("ascii").rstrip("=")
