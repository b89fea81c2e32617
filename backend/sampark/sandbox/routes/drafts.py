"""users.drafts."""

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as InQuery

from sampark.sandbox import drafts, listing, mail, shapes
from sampark.sandbox.calls import Caller, required
from sampark.sandbox.problems import invalid
from sampark.sandbox.routes.queries import ListQuery, ViewQuery

router = APIRouter()
uploads = APIRouter()


@router.get("/drafts")
def list_drafts(call: Caller, query: Annotated[ListQuery, InQuery()]) -> Response:
    """Answer users.drafts.list."""
    wanted = query.model_copy(update={"label_ids": ["DRAFT"]}).wanted()
    found: list[shapes.Json] = []
    with call.mailbox() as box:
        page = listing.messages(box, wanted)
        for gmail_id in page.ids:
            message = mail.find(box, gmail_id)
            draft_id = drafts.id_of(box, message)
            found.append({"id": draft_id, "message": shapes.reference(message)})
    return call.answer(shapes.page("drafts", found, page.next_page, page.estimate))


@router.post("/drafts")
@uploads.post("/drafts")
def create(call: Caller) -> Response:
    """Answer users.drafts.create."""
    body, raw = call.draft()
    with call.mailbox() as box:
        made = drafts.create(box, required(raw), body.message.thread_id or None)
        return call.answer({"id": made.id, "message": shapes.labelled(box, made.message)})


@router.post("/drafts/send")
@uploads.post("/drafts/send")
def send(call: Caller) -> Response:
    """Answer users.drafts.send: the draft as it is, or with the mail that comes along.

    A draft that was sent before is gone: 404.
    """
    body, raw = call.draft()
    if not body.id:
        raise invalid("Missing draft id.")
    with call.mailbox() as box:
        if raw is not None:
            drafts.update(box, body.id, raw, body.message.thread_id or None)
        return call.answer(shapes.labelled(box, drafts.send_draft(box, body.id)))


@router.get("/drafts/{draft_id}")
def get(call: Caller, draft_id: str, query: Annotated[ViewQuery, InQuery()]) -> Response:
    """Answer users.drafts.get."""
    with call.mailbox() as box:
        message = shapes.message_shape(box, drafts.find(box, draft_id).message, query.view())
    return call.answer({"id": draft_id, "message": message})


@router.put("/drafts/{draft_id}")
@uploads.put("/drafts/{draft_id}")
def update(call: Caller, draft_id: str) -> Response:
    """Answer users.drafts.update: the same draft id, a new message id."""
    body, raw = call.draft()
    with call.mailbox() as box:
        made = drafts.update(box, draft_id, required(raw), body.message.thread_id or None)
        return call.answer({"id": made.id, "message": shapes.labelled(box, made.message)})


@router.delete("/drafts/{draft_id}")
def delete(call: Caller, draft_id: str) -> Response:
    """Answer users.drafts.delete."""
    with call.mailbox() as box:
        drafts.delete(box, draft_id)
    return Response(status_code=204)
