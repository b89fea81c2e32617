"""Cloud Pub/Sub v1 over REST, for topics that Gmail publishes to."""

import asyncio
import base64
import binascii
import json
import re
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import JsonValue
from starlette.concurrency import run_in_threadpool

from sampark.sandbox import pubsub
from sampark.sandbox.calls import access_of, bearer_of
from sampark.sandbox.problems import ApiProblem, insufficient_scopes, invalid
from sampark.sandbox.pubsub import Json, Lease, Message
from sampark.sandbox.routes.control import store_of
from sampark.sandbox.store import Store

_SCOPES = {
    "https://www.googleapis.com/auth/pubsub",
    "https://www.googleapis.com/auth/cloud-platform",
}
_ACK_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_PULL_SECONDS = 2.0
_LOOK_EVERY = 0.05


async def read_request(request: Request) -> Json:
    """Return the JSON body; 401 and 403 for a token that is none, or is not for Pub/Sub."""
    access = await access_of(store_of(request), *bearer_of(request))
    if access.scopes is not None and not access.scopes & _SCOPES:
        raise insufficient_scopes("google.pubsub.v1")
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise ApiProblem(400, "parseError", "Invalid JSON payload received.") from error
    if not isinstance(body, dict):
        raise ApiProblem(400, "parseError", "Invalid JSON payload received.")
    return body


Body = Annotated[Json, Depends(read_request)]

router = APIRouter(prefix="/v1/projects/{project}", dependencies=[Depends(read_request)])


@router.get("/topics")
def list_topics(request: Request, project: str) -> Response:
    """Answer projects.topics.list."""
    with store_of(request).mailbox("") as box:
        return JSONResponse({"topics": [{"name": name} for name in pubsub.topics(box, project)]})


@router.post("/topics/{name}:publish")
def publish(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.topics.publish."""
    topic = f"projects/{project}/topics/{name}"
    with store_of(request).mailbox("") as box:
        pubsub.policy_of(box, topic)
        ids = [pubsub.publish(box, topic, message) for message in _messages(body)]
    return JSONResponse({"messageIds": ids})


@router.get("/topics/{name}:getIamPolicy")
def get_policy(request: Request, project: str, name: str) -> Response:
    """Answer projects.topics.getIamPolicy."""
    with store_of(request).mailbox("") as box:
        return JSONResponse(pubsub.policy_of(box, f"projects/{project}/topics/{name}"))


@router.post("/topics/{name}:setIamPolicy")
def set_policy(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.topics.setIamPolicy."""
    policy = body.get("policy")
    if not isinstance(policy, dict):
        raise invalid("Invalid value at 'policy'")
    with store_of(request).mailbox("") as box:
        pubsub.set_policy(box, f"projects/{project}/topics/{name}", policy)
    return JSONResponse(policy)


@router.post("/topics/{name}:testIamPermissions")
def test_permissions(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.topics.testIamPermissions: whoever has a token may do everything."""
    with store_of(request).mailbox("") as box:
        pubsub.policy_of(box, f"projects/{project}/topics/{name}")
    return JSONResponse({"permissions": body.get("permissions", [])})


@router.get("/topics/{name}/subscriptions")
def list_topic_subscriptions(request: Request, project: str, name: str) -> Response:
    """Answer projects.topics.subscriptions.list."""
    topic = f"projects/{project}/topics/{name}"
    with store_of(request).mailbox("") as box:
        pubsub.policy_of(box, topic)
        names = pubsub.subscribed(box, topic)
    return JSONResponse({"subscriptions": names} if names else {})


@router.put("/topics/{name}")
def make_topic(request: Request, project: str, name: str) -> Response:
    """Answer projects.topics.create."""
    with store_of(request).mailbox("") as box:
        return JSONResponse(pubsub.make_topic(box, f"projects/{project}/topics/{name}"))


@router.get("/topics/{name}")
def get_topic(request: Request, project: str, name: str) -> Response:
    """Answer projects.topics.get."""
    topic = f"projects/{project}/topics/{name}"
    with store_of(request).mailbox("") as box:
        pubsub.policy_of(box, topic)
    return JSONResponse({"name": topic})


@router.delete("/topics/{name}")
def delete_topic(request: Request, project: str, name: str) -> Response:
    """Answer projects.topics.delete."""
    with store_of(request).mailbox("") as box:
        pubsub.delete_topic(box, f"projects/{project}/topics/{name}")
    return JSONResponse({})


@router.get("/subscriptions")
def list_subscriptions(request: Request, project: str) -> Response:
    """Answer projects.subscriptions.list."""
    with store_of(request).mailbox("") as box:
        return JSONResponse({"subscriptions": pubsub.subscriptions(box, project)})


@router.post("/subscriptions/{name}:pull")
async def pull(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.subscriptions.pull; waits a moment for a first message unless told not to."""
    subscription = f"projects/{project}/subscriptions/{name}"
    most = body.get("maxMessages")
    if not isinstance(most, int) or not 0 < most <= 1000:
        raise invalid("You have passed an invalid argument (argument=max_messages).")
    until = 0.0 if body.get("returnImmediately") else time.monotonic() + _PULL_SECONDS
    store = store_of(request)
    while True:
        leases = await run_in_threadpool(_lease, store, subscription, most)
        if leases or time.monotonic() >= until or store.closing.is_set():
            break
        await asyncio.sleep(_LOOK_EVERY)
    received: list[JsonValue] = [{"ackId": one.ack_id, "message": one.body} for one in leases]
    return JSONResponse({"receivedMessages": received} if received else {})


@router.post("/subscriptions/{name}:acknowledge")
def acknowledge(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.subscriptions.acknowledge."""
    with store_of(request).mailbox("") as box:
        pubsub.acknowledge(box, f"projects/{project}/subscriptions/{name}", _ack_ids(body))
    return JSONResponse({})


@router.post("/subscriptions/{name}:modifyAckDeadline")
def extend(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.subscriptions.modifyAckDeadline."""
    seconds = body.get("ackDeadlineSeconds", 0)
    if not isinstance(seconds, int) or not 0 <= seconds <= 600:
        raise invalid("You have passed an invalid argument (argument=ack_deadline_seconds).")
    with store_of(request).mailbox("") as box:
        pubsub.extend(box, f"projects/{project}/subscriptions/{name}", _ack_ids(body), seconds)
    return JSONResponse({})


@router.post("/subscriptions/{name}:modifyPushConfig")
def set_push(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.subscriptions.modifyPushConfig."""
    with store_of(request).mailbox("") as box:
        changes: Json = {"pushConfig": body.get("pushConfig") or {}}
        pubsub.change(box, f"projects/{project}/subscriptions/{name}", changes)
    request.app.state.pusher.wake()
    return JSONResponse({})


@router.put("/subscriptions/{name}")
def subscribe(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.subscriptions.create."""
    with store_of(request).mailbox("") as box:
        made = pubsub.subscribe(box, f"projects/{project}/subscriptions/{name}", body)
    request.app.state.pusher.wake()
    return JSONResponse(made)


@router.patch("/subscriptions/{name}")
def patch_subscription(request: Request, project: str, name: str, body: Body) -> Response:
    """Answer projects.subscriptions.patch: the fields that `updateMask` names are set."""
    given, mask = body.get("subscription"), body.get("updateMask")
    if not isinstance(given, dict) or not isinstance(mask, str) or not mask:
        raise invalid("The update_mask in the UpdateSubscriptionRequest must be set.")
    changes = {field: given.get(field) for field in mask.split(",")}
    with store_of(request).mailbox("") as box:
        made = pubsub.change(box, f"projects/{project}/subscriptions/{name}", changes)
    request.app.state.pusher.wake()
    return JSONResponse(made)


@router.get("/subscriptions/{name}")
def get_subscription(request: Request, project: str, name: str) -> Response:
    """Answer projects.subscriptions.get."""
    with store_of(request).mailbox("") as box:
        return JSONResponse(pubsub.subscription(box, f"projects/{project}/subscriptions/{name}"))


@router.delete("/subscriptions/{name}")
def unsubscribe(request: Request, project: str, name: str) -> Response:
    """Answer projects.subscriptions.delete."""
    with store_of(request).mailbox("") as box:
        pubsub.unsubscribe(box, f"projects/{project}/subscriptions/{name}")
    return JSONResponse({})


def _lease(store: Store, subscription: str, most: int) -> list[Lease]:
    with store.mailbox("") as box:
        return pubsub.lease(box, subscription, most)


def _ack_ids(body: Json) -> list[str]:
    found = body.get("ackIds")
    if not isinstance(found, list) or not found:
        raise invalid("You have not specified an ack ID in the request (argument=ack_ids).")
    ack_ids = [str(ack_id) for ack_id in found]
    if not all(_ACK_ID.fullmatch(ack_id) for ack_id in ack_ids):
        # One that is too old is passed over, except at exactly-once subscriptions.
        raise invalid(
            "Some acknowledgement ids in the request were invalid. This could be because the "
            "acknowledgement ids have expired or the acknowledgement ids were malformed."
        )
    return ack_ids


def _data(value: JsonValue) -> str:
    """Return base64 as it is delivered: taken with and without padding, in both alphabets."""
    letters = str(value or "").rstrip("=").replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except binascii.Error as error:
        told = "Invalid value at 'messages[0].data' (TYPE_BYTES), Base64 decoding failed"
        raise invalid(told) from error
    return base64.b64encode(content).decode("ascii")


def _messages(body: Json) -> list[Message]:
    found = body.get("messages")
    if not isinstance(found, list) or not found:
        raise invalid("The value for message_count is too small (argument=messages).")
    messages: list[Message] = []
    for item in found:
        if not isinstance(item, dict):
            raise invalid("Invalid value at 'messages'")
        attributes = item.get("attributes")
        named = attributes if isinstance(attributes, dict) else {}
        texts = {name: str(value) for name, value in named.items()}
        messages.append(Message(_data(item.get("data")), texts))
        if not messages[-1].data and not texts:
            raise invalid(
                "One or more messages in the publish request is empty. Each message must contain "
                "either non-empty data, or at least one attribute."
            )
    return messages
