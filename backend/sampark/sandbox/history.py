"""The mailbox's history: one record per change, in the order of increasing ids with gaps."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from sampark.sandbox.announce import announce
from sampark.sandbox.problems import invalid, not_found
from sampark.sandbox.store import Mailbox

Kind = Literal["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]

_FIELD_OF: dict[str, str] = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


@dataclass(frozen=True)
class Event:
    """A change of one message: its labels after the change, and those that changed."""

    kind: Kind
    gmail_id: str
    thread_id: str
    labels: Sequence[str]
    changed: Sequence[str] = ()


@dataclass(frozen=True)
class Window:
    """What a client asks of history.list: everything after `start`, filtered and paged."""

    start: int
    kinds: Sequence[str]
    label: str
    limit: int
    page: str


def record(box: Mailbox, event: Event) -> int:
    """Append a change and return its history id."""
    number = box.next_history_id()
    box.db.execute(
        "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            box.account,
            number,
            event.kind,
            event.gmail_id,
            event.thread_id,
            json.dumps(list(event.labels)),
            json.dumps(list(event.changed)),
        ),
    )
    announce(box, number, {*event.labels, *event.changed})
    return number


def expire(box: Mailbox) -> None:
    """Forget all history: every id handed out so far answers 404 from now on."""
    box.next_history_id()
    box.db.execute("UPDATE accounts SET history_floor = history_id WHERE email = ?", (box.account,))
    box.db.execute("DELETE FROM history WHERE account = ?", (box.account,))


def listed(box: Mailbox, window: Window) -> dict[str, JsonValue]:
    """Return a ListHistoryResponse; 404 when `start` is expired or was never handed out."""
    sql = "SELECT history_id, history_floor FROM accounts WHERE email = ?"
    present, floor = box.db.execute(sql, (box.account,)).fetchone()
    if not floor <= window.start <= present:
        raise not_found()
    rows = _rows(box, window)
    shape: dict[str, JsonValue] = {"historyId": str(present)}
    if rows:
        shape["history"] = [_record(row) for row in rows[: window.limit]]
    if len(rows) > window.limit:
        shape["nextPageToken"] = str(rows[window.limit - 1][0])
    return shape


def _rows(box: Mailbox, window: Window) -> list[tuple[int, str, str, str, str, str]]:
    """Return one row more than the limit, to know whether another page follows."""
    after = _after(window)
    sql = "SELECT id, kind, gmail_id, thread_id, labels, changed FROM history"
    conditions = ["account = ?", "id > ?"]
    values: list[str | int] = [box.account, after]
    if window.kinds:
        conditions.append(f"kind IN ({', '.join('?' * len(window.kinds))})")
        values += window.kinds
    if window.label:
        has = "EXISTS (SELECT 1 FROM json_each({0}) WHERE value = ?)"
        conditions.append(f"({has.format('labels')} OR {has.format('changed')})")
        values += [window.label, window.label]
    where = " AND ".join(conditions)
    return box.db.execute(
        f"{sql} WHERE {where} ORDER BY id LIMIT ?", (*values, window.limit + 1)
    ).fetchall()


def _after(window: Window) -> int:
    if not window.page:
        return window.start
    if not window.page.isdecimal() or len(window.page) > 18:
        raise invalid("Invalid pageToken")
    return max(window.start, int(window.page))


def _record(row: tuple[int, str, str, str, str, str]) -> dict[str, JsonValue]:
    number, kind, gmail_id, thread_id, labels, changed = row
    message: dict[str, JsonValue] = {"id": gmail_id, "threadId": thread_id}
    labelled: dict[str, JsonValue] = dict(message)
    if after := json.loads(labels):
        labelled["labelIds"] = after
    change: dict[str, JsonValue] = {"message": labelled}
    if kind.startswith("label"):
        change["labelIds"] = json.loads(changed)
    return {"id": str(number), "messages": [message], _FIELD_OF[kind]: [change]}
