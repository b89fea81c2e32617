"""Push notification registrations: what users.watch and users.stop keep.

A registration lasts seven days; renewing it is allowed, and never changes the history. One
developer's project may have one topic per mailbox (Gmail API guide, "Configure push
notifications"). Events themselves are not published here.
"""

import json
import re
from collections.abc import Sequence
from datetime import timedelta

from pydantic import JsonValue

from sampark.sandbox.labels import require
from sampark.sandbox.problems import invalid
from sampark.sandbox.store import Mailbox

_LASTS = timedelta(days=7)
_TOPIC = re.compile(r"projects/([a-z][a-z0-9\-]{4,28}[a-z0-9])/topics/([A-Za-z][\w.~+%\-]{2,254})")


def begin(box: Mailbox, topic: str, labels: Sequence[str]) -> dict[str, JsonValue]:
    """Register or renew a topic; 400 for a malformed one, or a second one of the same project."""
    named = _TOPIC.fullmatch(topic)
    if not named:
        raise invalid("Invalid topicName does not match projects/*/topics/*")
    require(box, labels, by_hand=False)
    present = _active(box)
    if present and present != topic and present.startswith(f"projects/{named[1]}/"):
        raise invalid(
            "Only one user push notification client allowed per developer "
            "(call /stop then try again)"
        )
    expires = int((box.now + _LASTS).timestamp() * 1000)
    _keep(box, topic, labels, expires)
    return {"historyId": str(box.history_id()), "expiration": str(expires)}


def stop(box: Mailbox) -> None:
    """Remove the mailbox's registration, if there is one."""
    _keep(box, "", (), 0)


def _active(box: Mailbox) -> str:
    sql = "SELECT watch_topic, watch_expires FROM accounts WHERE email = ?"
    topic, expires = box.db.execute(sql, (box.account,)).fetchone()
    return str(topic) if expires > box.now.timestamp() * 1000 else ""


def _keep(box: Mailbox, topic: str, labels: Sequence[str], expires: int) -> None:
    sql = "UPDATE accounts SET watch_topic = ?, watch_labels = ?, watch_expires = ? WHERE email = ?"
    box.db.execute(sql, (topic, json.dumps(list(labels)), expires, box.account))
