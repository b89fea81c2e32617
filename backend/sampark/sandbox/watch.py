"""Push notification registrations: what users.watch and users.stop keep.

A registration lasts seven days; renewing it is allowed, and never changes the history. One
developer's project may have one topic per mailbox (Gmail API guide, "Configure push
notifications"). The events themselves are published by `announce`.
"""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from pydantic import JsonValue

from sampark.sandbox import pubsub
from sampark.sandbox.labels import require
from sampark.sandbox.problems import forbidden, invalid
from sampark.sandbox.store import Mailbox

GMAIL_PUBLISHER = "gmail-api-push@system.gserviceaccount.com"
"""The service account that Gmail publishes as (Gmail API guide)."""

_PUBLISHER_ROLES = ("roles/pubsub.publisher", "roles/pubsub.editor", "roles/pubsub.admin")
_LASTS = timedelta(days=7)
_TOPIC = re.compile(r"projects/([a-z][a-z0-9\-]{4,28}[a-z0-9])/topics/([A-Za-z][\w.~+%\-]{2,254})")


def begin(
    box: Mailbox, topic: str, labels: Sequence[str], *, excluding: bool = False
) -> dict[str, JsonValue]:
    """Register or renew a topic; 400 for a malformed one, or a second one of the same project.

    Args:
        box: The mailbox to watch.
        topic: Where its changes are published.
        labels: Only changes of messages with one of these are published; all if empty.
        excluding: Publish the changes of messages with none of the labels instead.
    """
    named = _TOPIC.fullmatch(topic)
    if not named:
        raise invalid("Invalid topicName does not match projects/*/topics/*")
    require(box, labels, by_hand=False)
    _require_topic(box, topic)
    present = _active(box)
    if present and present != topic and present.startswith(f"projects/{named[1]}/"):
        raise invalid(
            "Only one user push notification client allowed per developer "
            "(call /stop then try again)"
        )
    expires = int((box.now + _LASTS).timestamp() * 1000)
    _keep(box, topic, [f"-{label}" for label in labels] if excluding else labels, expires)
    return {"historyId": str(box.history_id()), "expiration": str(expires)}


def stop(box: Mailbox) -> None:
    """Remove the mailbox's registration, if there is one."""
    _keep(box, "", (), 0)


def _require_topic(box: Mailbox, topic: str) -> None:
    """Refuse a topic that does not exist (404), or that Gmail may not publish to (403)."""
    policy = pubsub.policy_of(box, topic)
    bindings = policy.get("bindings", [])
    members = [
        member
        for binding in (bindings if isinstance(bindings, list) else [])
        if isinstance(binding, dict) and binding.get("role") in _PUBLISHER_ROLES
        for member in cast("list[str]", binding.get("members", []))
    ]
    if f"serviceAccount:{GMAIL_PUBLISHER}" not in members:
        message = (
            f"Error sending test message to Cloud PubSub {topic} : User not authorized to perform "
            "this action."
        )
        raise forbidden(message)


def _active(box: Mailbox) -> str:
    sql = "SELECT watch_topic, watch_expires FROM accounts WHERE email = ?"
    topic, expires = box.db.execute(sql, (box.account,)).fetchone()
    return str(topic) if expires > box.now.timestamp() * 1000 else ""


def _keep(box: Mailbox, topic: str, labels: Sequence[str], expires: int) -> None:
    sql = "UPDATE accounts SET watch_topic = ?, watch_labels = ?, watch_expires = ? WHERE email = ?"
    box.db.execute(sql, (topic, json.dumps(list(labels)), expires, box.account))
