"""users.threads."""

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as InQuery

from sampark.sandbox import listing, mail, shapes
from sampark.sandbox.bodies import ModifyBody
from sampark.sandbox.calls import Caller
from sampark.sandbox.problems import invalid
from sampark.sandbox.routes.queries import ListQuery, ViewQuery

router = APIRouter()


@router.get("/threads")
def list_threads(call: Caller, query: Annotated[ListQuery, InQuery()]) -> Response:
    """Answer users.threads.list."""
    with call.mailbox() as box:
        page = listing.threads(box, query.wanted())
        found = [shapes.thread_entry(box, thread_id) for thread_id in page.ids]
    return call.answer(shapes.page("threads", found, page.next_page, page.estimate))


@router.get("/threads/{thread_id}")
def get(call: Caller, thread_id: str, query: Annotated[ViewQuery, InQuery()]) -> Response:
    """Answer users.threads.get; unlike a message, a thread has no raw format."""
    if query.format == "raw":
        raise invalid("Invalid value at 'format': raw is not supported for threads.")
    with call.mailbox() as box:
        return call.answer(shapes.thread_shape(box, thread_id, query.view()))


@router.delete("/threads/{thread_id}")
def delete(call: Caller, thread_id: str) -> Response:
    """Answer users.threads.delete."""
    with call.mailbox() as box:
        for message in mail.in_thread(box, thread_id):
            mail.remove(box, message)
    return Response(status_code=204)


@router.post("/threads/{thread_id}/modify")
def modify(call: Caller, thread_id: str) -> Response:
    """Answer users.threads.modify: every message of the thread."""
    body = call.json(ModifyBody)
    with call.mailbox() as box:
        members = mail.in_thread(box, thread_id)
        mail.relabel_by_hand(box, members, body.add_label_ids, body.remove_label_ids)
        return call.answer(shapes.thread_labels(box, thread_id))


@router.post("/threads/{thread_id}/trash")
def trash(call: Caller, thread_id: str) -> Response:
    """Answer users.threads.trash."""
    with call.mailbox() as box:
        for message in mail.in_thread(box, thread_id):
            mail.relabel(box, message, add=["TRASH"])
        return call.answer(shapes.thread_labels(box, thread_id))


@router.post("/threads/{thread_id}/untrash")
def untrash(call: Caller, thread_id: str) -> Response:
    """Answer users.threads.untrash."""
    with call.mailbox() as box:
        for message in mail.in_thread(box, thread_id):
            mail.relabel(box, message, remove=["TRASH"])
        return call.answer(shapes.thread_labels(box, thread_id))
