"""users.messages and users.messages.attachments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as InQuery

from sampark.sandbox import drafts, listing, mail, post, shapes
from sampark.sandbox.bodies import BatchDeleteBody, BatchModifyBody, ModifyBody
from sampark.sandbox.calls import INSERT_LIMIT, SEND_LIMIT, Caller
from sampark.sandbox.conversations import arriving_thread, named_thread
from sampark.sandbox.headers import read_block
from sampark.sandbox.labels import require
from sampark.sandbox.problems import ApiProblem, invalid
from sampark.sandbox.routes.queries import ListQuery, Query, ViewQuery
from sampark.sandbox.stamps import header_date
from sampark.sandbox.store import Mailbox

router = APIRouter()
uploads = APIRouter()

_MOST_IDS = 1_000


class InsertQuery(Query):
    """What users.messages.insert takes."""

    internal_date_source: Literal["receivedTime", "dateHeader"] = "receivedTime"
    deleted: bool = False


class ImportQuery(Query):
    """What users.messages.import takes; no mail is ever judged spam here."""

    internal_date_source: Literal["receivedTime", "dateHeader"] = "dateHeader"
    deleted: bool = False
    never_mark_spam: bool = False
    process_for_calendar: bool = False


@router.get("/messages")
def list_messages(call: Caller, query: Annotated[ListQuery, InQuery()]) -> Response:
    """Answer users.messages.list."""
    with call.mailbox() as box:
        page = listing.messages(box, query.wanted())
        found = [shapes.reference(mail.find(box, gmail_id)) for gmail_id in page.ids]
    return call.answer(shapes.page("messages", found, page.next_page, page.estimate))


@router.post("/messages")
@uploads.post("/messages")
def insert(call: Caller, query: Annotated[InsertQuery, InQuery()]) -> Response:
    """Answer users.messages.insert: the bytes as given, the labels as given."""
    body, raw = call.message(INSERT_LIMIT)
    with call.mailbox() as box:
        require(box, body.label_ids, by_hand=False)
        block = read_block(raw)
        joined = (
            named_thread(box, block, mail.checked_id(body.thread_id)) if body.thread_id else None
        )
        at = _date(raw, query.internal_date_source)
        stored = _put(box, raw, mail.Placing(body.label_ids, joined, at))
        return call.answer(shapes.labelled(box, stored))


@router.post("/messages/import")
@uploads.post("/messages/import")
def import_message(call: Caller, query: Annotated[ImportQuery, InQuery()]) -> Response:
    """Answer users.messages.import: as if it had arrived, with its bytes untouched.

    Without labels it is put into INBOX, unread; it joins the thread it answers to.
    """
    body, raw = call.message(INSERT_LIMIT)
    with call.mailbox() as box:
        require(box, body.label_ids, by_hand=False)
        labels = body.label_ids or ["UNREAD", "INBOX"]
        joined = arriving_thread(box, read_block(raw))
        at = _date(raw, query.internal_date_source)
        stored = _put(box, raw, mail.Placing(labels, joined, at))
        return call.answer(shapes.labelled(box, stored))


@router.post("/messages/send")
@uploads.post("/messages/send")
def send(call: Caller) -> Response:
    """Answer users.messages.send."""
    body, raw = call.message(SEND_LIMIT)
    with call.mailbox() as box:
        sent = post.send(box, raw, body.thread_id or None)
        return call.answer(shapes.labelled(box, sent))


@router.post("/messages/batchModify")
def batch_modify(call: Caller) -> Response:
    """Answer users.messages.batchModify; ids that are not there are passed over."""
    body = call.json(BatchModifyBody)
    with call.mailbox() as box:
        found = _present(box, body.ids)
        mail.relabel_by_hand(box, found, body.add_label_ids, body.remove_label_ids)
    return Response(status_code=204)


@router.post("/messages/batchDelete")
def batch_delete(call: Caller) -> Response:
    """Answer users.messages.batchDelete; ids that are not there are passed over."""
    body = call.json(BatchDeleteBody)
    with call.mailbox() as box:
        for message in _present(box, body.ids):
            mail.remove(box, message)
    return Response(status_code=204)


@router.get("/messages/{gmail_id}")
def get(call: Caller, gmail_id: str, query: Annotated[ViewQuery, InQuery()]) -> Response:
    """Answer users.messages.get."""
    with call.mailbox() as box:
        shape = shapes.message_shape(box, mail.find(box, gmail_id), query.view())
    return call.answer(shape)


@router.delete("/messages/{gmail_id}")
def delete(call: Caller, gmail_id: str) -> Response:
    """Answer users.messages.delete."""
    with call.mailbox() as box:
        mail.remove(box, mail.find(box, gmail_id))
    return Response(status_code=204)


@router.post("/messages/{gmail_id}/modify")
def modify(call: Caller, gmail_id: str) -> Response:
    """Answer users.messages.modify."""
    body = call.json(ModifyBody)
    with call.mailbox() as box:
        message = mail.find(box, gmail_id)
        mail.relabel_by_hand(box, [message], body.add_label_ids, body.remove_label_ids)
        return call.answer(shapes.labelled(box, message))


@router.post("/messages/{gmail_id}/trash")
def trash(call: Caller, gmail_id: str) -> Response:
    """Answer users.messages.trash."""
    with call.mailbox() as box:
        message = mail.find(box, gmail_id)
        mail.relabel(box, message, add=["TRASH"])
        return call.answer(shapes.labelled(box, message))


@router.post("/messages/{gmail_id}/untrash")
def untrash(call: Caller, gmail_id: str) -> Response:
    """Answer users.messages.untrash; as in Gmail, the mail does not return to INBOX by itself."""
    with call.mailbox() as box:
        message = mail.find(box, gmail_id)
        mail.relabel(box, message, remove=["TRASH"])
        return call.answer(shapes.labelled(box, message))


@router.get("/messages/{gmail_id}/attachments/{attachment_id}")
def get_attachment(call: Caller, gmail_id: str, attachment_id: str) -> Response:
    """Answer users.messages.attachments.get."""
    with call.mailbox() as box:
        return call.answer(shapes.attachment(box, mail.find(box, gmail_id), attachment_id))


def _put(box: Mailbox, raw: bytes, placing: mail.Placing) -> mail.Stored:
    stored = mail.add(box, raw, placing)
    if "DRAFT" in placing.labels:
        drafts.adopt(box, stored)
    return stored


def _present(box: Mailbox, ids: Sequence[str]) -> list[mail.Stored]:
    if len(ids) > _MOST_IDS:
        raise invalid(f"Number of ids cannot exceed {_MOST_IDS}")
    found: list[mail.Stored] = []
    for gmail_id in dict.fromkeys(ids):
        try:
            found.append(mail.find(box, gmail_id))
        except ApiProblem as problem:
            if problem.code != 404:
                raise
    return found


def _date(raw: bytes, source: str) -> datetime | None:
    return header_date(read_block(raw)) if source == "dateHeader" else None
