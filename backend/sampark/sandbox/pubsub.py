"""Cloud Pub/Sub as far as Gmail's pushes need it: topics, subscriptions, leases, redelivery.

Every subscription holds its own copy of a message until it is acknowledged. A message that was
handed out is held back for the acknowledgement deadline, then handed out again.
"""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue

from sampark.sandbox.problems import ApiProblem, invalid
from sampark.sandbox.store import Mailbox

Json = dict[str, JsonValue]

_DEADLINE = 10
_LONGEST_DEADLINE = 600
_BACKOFF = (10.0, 600.0)
"""Pub/Sub's defaults in seconds: the acknowledgement deadline, and the retry policy's ends."""

_FIXED = frozenset({"name", "topic", "filter", "enableMessageOrdering"})
"""What a subscription keeps for as long as it lives."""

_NAME = re.compile(r"[A-Za-z][\w.~+%\-]{2,254}")


@dataclass(frozen=True)
class Message:
    """A message to publish: its data in base64, and its attributes."""

    data: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Lease:
    """A message that was handed out, to be acknowledged by its `ack_id`."""

    ack_id: str
    body: Json
    attempts: int


def absent(resource: str) -> ApiProblem:
    """Return the refusal for a topic or subscription that is not there (404)."""
    return ApiProblem(404, "notFound", f"Resource not found (resource={resource}).")


def make_topic(box: Mailbox, name: str) -> Json:
    """Make a topic; 409 if there is one, 400 for a name that cannot be."""
    _check_name(name)
    made = box.db.execute("INSERT OR IGNORE INTO topics (name) VALUES (?)", (name,))
    if not made.rowcount:
        raise _exists(name)
    return {"name": name}


def topics(box: Mailbox, project: str) -> list[str]:
    """Return a project's topics, by name."""
    rows = box.db.execute("SELECT name FROM topics ORDER BY name")
    return [row[0] for row in rows if row[0].startswith(f"projects/{project}/")]


def policy_of(box: Mailbox, topic: str) -> Json:
    """Return who may do what with a topic; 404 if there is none."""
    row = box.db.execute("SELECT policy FROM topics WHERE name = ?", (topic,)).fetchone()
    if row is None:
        raise absent(topic)
    return json.loads(row[0])


def set_policy(box: Mailbox, topic: str, policy: Json) -> None:
    """Set who may do what with a topic; 404 if there is none, 400 for what is no policy."""
    policy_of(box, topic)
    if not _is_policy(policy):
        raise invalid("Invalid value at 'policy.bindings'")
    box.db.execute("UPDATE topics SET policy = ? WHERE name = ?", (json.dumps(policy), topic))


def delete_topic(box: Mailbox, topic: str) -> None:
    """Delete a topic; its subscriptions stay, and get nothing any more."""
    policy_of(box, topic)
    box.db.execute("DELETE FROM topics WHERE name = ?", (topic,))


def subscribe(box: Mailbox, name: str, body: Json) -> Json:
    """Make a subscription to `body["topic"]`; 404 without the topic, 409 if it exists."""
    _check_name(name)
    topic = str(body.get("topic", ""))
    policy_of(box, topic)
    body = _checked({**body, "name": name, "state": "ACTIVE"})
    sql = "INSERT OR IGNORE INTO subscriptions VALUES (?, ?, ?, ?)"
    if not box.db.execute(sql, (name, topic, json.dumps(body), _pushes(body))).rowcount:
        raise _exists(name)
    return body


def subscription(box: Mailbox, name: str) -> Json:
    """Return a subscription; 404 if there is none."""
    row = box.db.execute("SELECT body FROM subscriptions WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise absent(name)
    return json.loads(row[0])


def subscriptions(box: Mailbox, project: str) -> list[JsonValue]:
    """Return a project's subscriptions, by name."""
    rows = box.db.execute("SELECT name, body FROM subscriptions ORDER BY name")
    return [json.loads(row[1]) for row in rows if row[0].startswith(f"projects/{project}/")]


def change(box: Mailbox, name: str, changes: Json) -> Json:
    """Set fields of a subscription and return it; one whose push config is empty is pulled.

    Raises:
        ApiProblem: 404 if there is none, 400 for a field that cannot be changed.
    """
    fixed = sorted(_FIXED.intersection(changes))
    if fixed:
        raise invalid(f"Invalid update_mask provided in the request: {fixed[0]} is not mutable.")
    body = _checked(subscription(box, name) | changes)
    sql = "UPDATE subscriptions SET body = ?, pushes = ? WHERE name = ?"
    box.db.execute(sql, (json.dumps(body), _pushes(body), name))
    return body


def subscribed(box: Mailbox, topic: str) -> list[str]:
    """Return the names of a topic's subscriptions."""
    sql = "SELECT name FROM subscriptions WHERE topic = ? ORDER BY name"
    return [row[0] for row in box.db.execute(sql, (topic,))]


def unsubscribe(box: Mailbox, name: str) -> None:
    """Delete a subscription and what it holds; 404 if there is none."""
    subscription(box, name)
    box.db.execute("DELETE FROM subscriptions WHERE name = ?", (name,))
    box.db.execute("DELETE FROM deliveries WHERE subscription = ?", (name,))


def publish(box: Mailbox, topic: str, message: Message, *, after: float = 0) -> str:
    """Give every subscription a copy, to be had `after` seconds; return the message's id."""
    message_id = str(10_000_000_000 + box.next_number("pubsub"))
    now = box.now.timestamp()
    names = subscribed(box, topic)
    box.db.executemany(
        "INSERT INTO deliveries (subscription, message_id, data, attributes, published, available) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (name, message_id, message.data, json.dumps(dict(message.attributes)), now, now + after)
            for name in names
        ],
    )
    return message_id


def lease(box: Mailbox, name: str, most: int, *, seconds: float | None = None) -> list[Lease]:
    """Hand out what waits in a subscription, oldest first, for its deadline or `seconds`."""
    held = seconds or float(str(subscription(box, name)["ackDeadlineSeconds"]))
    now = box.now.timestamp()
    rows = box.db.execute(
        "SELECT place, message_id, data, attributes, published, attempts FROM deliveries "
        "WHERE subscription = ? AND available <= ? ORDER BY place LIMIT ?",
        (name, now, most),
    ).fetchall()
    leases: list[Lease] = []
    for place, message_id, data, attributes, published, attempts in rows:
        ack_id = secrets.token_urlsafe(24)
        sql = "UPDATE deliveries SET ack_id = ?, available = ?, attempts = ? WHERE place = ?"
        box.db.execute(sql, (ack_id, now + held, attempts + 1, place))
        at = datetime.fromtimestamp(published, UTC).isoformat(timespec="milliseconds")
        body: Json = {"messageId": message_id, "publishTime": at.replace("+00:00", "Z")}
        if data:
            body["data"] = data
        if found := json.loads(attributes):
            body["attributes"] = found
        leases.append(Lease(ack_id, body, attempts + 1))
    return leases


def acknowledge(box: Mailbox, name: str, ack_ids: Sequence[str]) -> None:
    """Let go of what was handled; an id that is too old or unknown is passed over."""
    subscription(box, name)
    box.db.executemany(
        "DELETE FROM deliveries WHERE subscription = ? AND ack_id = ?",
        [(name, ack_id) for ack_id in ack_ids],
    )


def extend(box: Mailbox, name: str, ack_ids: Sequence[str], seconds: float) -> None:
    """Hold messages back for so many seconds from now; 0 hands them out again at once."""
    subscription(box, name)
    until = box.now.timestamp() + seconds
    box.db.executemany(
        "UPDATE deliveries SET available = ? WHERE subscription = ? AND ack_id = ?",
        [(until, name, ack_id) for ack_id in ack_ids],
    )


def pushing(box: Mailbox) -> list[Json]:
    """Return the subscriptions that push."""
    rows = box.db.execute("SELECT body FROM subscriptions WHERE pushes")
    return [json.loads(row[0]) for row in rows]


def backoff(body: Json, attempts: int) -> float:
    """Return the seconds before a push is tried again after so many attempts."""
    policy = body.get("retryPolicy")
    least, most = _BACKOFF
    if isinstance(policy, dict):
        least = _duration(policy.get("minimumBackoff"), least)
        most = _duration(policy.get("maximumBackoff"), most)
    return min(most, least * 2 ** (attempts - 1))


def _duration(text: JsonValue, default: float) -> float:
    """Return a duration as "1.5s" in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(text))
    return float(found[1]) if found else default


def _checked(body: Json) -> Json:
    """Return a subscription without unset fields; 400 for a deadline that cannot be."""
    deadline = body.get("ackDeadlineSeconds") or _DEADLINE
    if not isinstance(deadline, int) or not _DEADLINE <= deadline <= _LONGEST_DEADLINE:
        raise invalid(f"Invalid ack deadline given (deadline={deadline}).")
    body = {**body, "ackDeadlineSeconds": deadline}
    return {name: value for name, value in body.items() if value is not None}


def _is_policy(policy: Json) -> bool:
    """Tell whether every binding of a policy has a role and a list of members, if any."""
    bindings = policy.get("bindings", [])
    return isinstance(bindings, list) and all(
        isinstance(binding, dict)
        and isinstance(binding.get("role", ""), str)
        and isinstance(binding.get("members", []), list)
        for binding in bindings
    )


def _pushes(body: Json) -> bool:
    config = body.get("pushConfig")
    return isinstance(config, dict) and bool(config.get("pushEndpoint"))


def _check_name(name: str) -> None:
    last = name.rpartition("/")[2]
    if not _NAME.fullmatch(last) or last.startswith("goog"):
        raise ApiProblem(400, "badRequest", f"Invalid resource name given (name={name}).")


def _exists(name: str) -> ApiProblem:
    message = f"Resource already exists in the project (resource={name.rpartition('/')[2]})."
    return ApiProblem(409, "alreadyExists", message)
