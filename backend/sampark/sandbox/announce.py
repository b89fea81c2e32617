"""Publishing a mailbox's changes: what Gmail does for a watched mailbox, and what can go wrong.

At most one event a second per mailbox, the excess is dropped (Gmail API guide, "Push
notifications"). Set push faults strike here, one for each event.
"""

import base64
import json
from collections.abc import Set as AbstractSet

from sampark.sandbox import pubsub
from sampark.sandbox.pubsub import Message
from sampark.sandbox.store import Mailbox

_GARBAGE = base64.b64encode(b'\x00{"emailAddress": ').decode("ascii")
_UNLIMITED = "announce without limit"


def announce(box: Mailbox, history_id: int, labels: AbstractSet[str]) -> None:
    """Publish a change of a message with these labels, if the mailbox is watched for it."""
    sql = "SELECT watch_topic, watch_labels, watch_expires FROM accounts WHERE email = ?"
    topic, watched, expires = box.db.execute(sql, (box.account,)).fetchone()
    if (
        not topic
        or expires <= box.now.timestamp() * 1000
        or not _wanted(json.loads(watched), labels)
    ):
        return
    if not _in_time(box):
        return
    told = {"emailAddress": box.account, "historyId": history_id}
    data = base64.urlsafe_b64encode(json.dumps(told).encode()).decode("ascii")
    _publish(box, topic, data)


def arm(box: Mailbox, kind: str, times: int, seconds: float) -> None:
    """Let the next `times` events go wrong, after those already set; 0 until they are cleared."""
    sql = "INSERT INTO push_faults (kind, left, seconds) VALUES (?, ?, ?)"
    box.db.execute(sql, (kind, times or -1, seconds))


def clear(box: Mailbox) -> None:
    """Let events go right again."""
    box.db.execute("DELETE FROM push_faults")


def limit(box: Mailbox, *, on: bool) -> None:
    """Switch the limit of one event a second on or off."""
    box.db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (_UNLIMITED, not on))


def _publish(box: Mailbox, topic: str, data: str) -> None:
    match _struck(box):
        case ("lose", _):
            return
        case ("delay", seconds):
            pubsub.publish(box, topic, Message(data, {}), after=seconds)
        case ("repeat", _):
            pubsub.publish(box, topic, Message(data, {}))
            pubsub.publish(box, topic, Message(data, {}))
        case ("corrupt", _):
            pubsub.publish(box, topic, Message(_GARBAGE, {}))
        case _:
            pubsub.publish(box, topic, Message(data, {}))


def _wanted(watched: list[str], labels: AbstractSet[str]) -> bool:
    excluded = {label[1:] for label in watched if label.startswith("-")}
    included = {label for label in watched if not label.startswith("-")}
    return not excluded & labels and (not included or bool(included & labels))


def _in_time(box: Mailbox) -> bool:
    """Whether a second has passed since the mailbox's last event; notes this one if so."""
    row = box.db.execute("SELECT value FROM counters WHERE name = ?", (_UNLIMITED,)).fetchone()
    now = box.now.timestamp()
    last = box.db.execute("SELECT at FROM announced WHERE account = ?", (box.account,)).fetchone()
    if last is not None and now - last[0] < 1 and not (row and row[0]):
        return False
    box.db.execute("INSERT OR REPLACE INTO announced VALUES (?, ?)", (box.account, now))
    return True


def _struck(box: Mailbox) -> tuple[str, float]:
    sql = "SELECT place, kind, left, seconds FROM push_faults ORDER BY place LIMIT 1"
    row = box.db.execute(sql).fetchone()
    if row is None:
        return "", 0.0
    place, kind, left, seconds = row
    if left == 1:
        box.db.execute("DELETE FROM push_faults WHERE place = ?", (place,))
    elif left > 1:
        box.db.execute("UPDATE push_faults SET left = left - 1 WHERE place = ?", (place,))
    return str(kind), float(seconds)
