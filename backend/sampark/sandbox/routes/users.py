"""users.getProfile, users.watch, users.stop, users.history and users.settings."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as InQuery
from pydantic import Field, JsonValue

from sampark.sandbox import history, post, watch
from sampark.sandbox.bodies import WatchBody
from sampark.sandbox.calls import Caller
from sampark.sandbox.problems import invalid, not_found
from sampark.sandbox.routes.queries import Query, page_size
from sampark.sandbox.shapes import Json

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


@router.get("/settings/sendAs")
def list_send_as(call: Caller) -> Response:
    """Answer users.settings.sendAs.list."""
    with call.mailbox() as box:
        names = post.send_as(box)
    shapes: list[JsonValue] = [
        _send_as(email, name, primary=email == call.account) for email, name in names.items()
    ]
    return call.answer({"sendAs": shapes})


@router.get("/settings/sendAs/{email}")
def get_send_as(call: Caller, email: str) -> Response:
    """Answer users.settings.sendAs.get."""
    with call.mailbox() as box:
        names = post.send_as(box)
    address = email.lower()
    if address not in names:
        raise not_found()
    return call.answer(_send_as(address, names[address], primary=address == call.account))


@router.get("/settings/vacation")
def get_vacation(call: Caller) -> Response:
    """Answer users.settings.getVacation: an account of the sandbox never answers by itself."""
    return call.answer({"enableAutoReply": False})


def _send_as(email: str, name: str, *, primary: bool) -> Json:
    shape: Json = {
        "sendAsEmail": email,
        "displayName": name,
        "replyToAddress": "",
        "signature": "",
        "isDefault": primary,
    }
    if primary:
        return shape | {"isPrimary": True}
    return shape | {"treatAsAlias": True, "verificationStatus": "accepted"}
