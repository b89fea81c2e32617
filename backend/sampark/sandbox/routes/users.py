"""users.getProfile, users.watch, users.stop and users.history."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as InQuery
from pydantic import Field

from sampark.sandbox import history, watch
from sampark.sandbox.bodies import WatchBody
from sampark.sandbox.calls import Caller
from sampark.sandbox.problems import invalid
from sampark.sandbox.routes.queries import Query, page_size

router = APIRouter()


class HistoryQuery(Query):
    """What users.history.list takes."""

    start_history_id: str = Field(default="", pattern=r"^\d{0,20}$")
    history_types: list[Literal["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]] = (
        Field(default_factory=list)
    )
    label_id: str = ""
    max_results: int = Field(default=100, ge=0)
    page_token: str = ""


@router.get("/profile")
def profile(call: Caller) -> Response:
    """Answer users.getProfile."""
    sql = "SELECT count(*), count(DISTINCT thread_id) FROM messages WHERE account = ?"
    with call.mailbox() as box:
        messages, threads = box.db.execute(sql, (box.account,)).fetchone()
        number = box.history_id()
    return call.answer(
        {
            "emailAddress": call.account,
            "messagesTotal": messages,
            "threadsTotal": threads,
            "historyId": str(number),
        }
    )


@router.get("/history")
def list_history(call: Caller, query: Annotated[HistoryQuery, InQuery()]) -> Response:
    """Answer users.history.list."""
    if not query.start_history_id:
        raise invalid("Missing or invalid startHistoryId")
    window = history.Window(
        start=int(query.start_history_id),
        kinds=query.history_types,
        label=query.label_id,
        limit=page_size(query.max_results),
        page=query.page_token,
    )
    with call.mailbox() as box:
        return call.answer(history.listed(box, window))


@router.post("/watch")
def begin_watch(call: Caller) -> Response:
    """Answer users.watch."""
    body = call.json(WatchBody)
    with call.mailbox() as box:
        watched = watch.begin(box, body.topic_name, body.label_ids, excluding=body.excludes)
        return call.answer(watched)


@router.post("/stop")
def stop_watch(call: Caller) -> Response:
    """Answer users.stop."""
    with call.mailbox() as box:
        watch.stop(box)
    return Response(status_code=204)
