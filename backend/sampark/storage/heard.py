"""What a task has heard since its first mail: each later mail by its Gmail id, and as what."""

import json
from collections.abc import Iterable
from typing import Literal

from sampark.domain.base import GmailId
from sampark.domain.task import TaskStatus
from sampark.storage.tables.tasks import TasksTable

Heard = Literal["answer", "amendment", "late"]
"""What a later mail of the requester is for his task."""

WAITING = (TaskStatus.ASKING, TaskStatus.APPROVING)
FINAL = tuple(str(status) for status in TaskStatus if status.final)
_LEARNED = "learned"
"""What is kept for an answer that the task's words hold."""


def hear(row: TasksTable, gmail_id: GmailId) -> tuple[Heard, bool]:
    """Take a mail for a task; return as what, and whether that is new."""
    heard = _all(row)
    new = gmail_id not in heard
    if new:
        _keep(row, heard | {gmail_id: _judged(row)})
    return kind(row, gmail_id) or "late", new


def kind(row: TasksTable, gmail_id: GmailId) -> Heard | None:
    """Return as what the task heard that mail; None if it never did."""
    match _all(row).get(gmail_id):
        case "answer" | "learned":
            return "answer"
        case "amendment":
            return "amendment"
        case "late":
            return "late"
        case _:
            return None


def amendments(row: TasksTable) -> list[GmailId]:
    """Return the mails that amend the task, oldest first."""
    return _of(row, "amendment")


def amended(row: TasksTable) -> bool:
    """Return whether a mail amends the task that its words do not hold yet."""
    return len(amendments(row)) > (row.taken or 0)


def unlearned(row: TasksTable) -> list[GmailId]:
    """Return the answers that the task's words do not hold yet."""
    return _of(row, "answer")


def learn(row: TasksTable, gmail_id: GmailId) -> None:
    """Note that the task's words hold an answer."""
    if kind(row, gmail_id) == "answer":
        _keep(row, _all(row) | {gmail_id: _LEARNED})


def amend(row: TasksTable, answers: Iterable[GmailId]) -> None:
    """Take answers as amendments, behind those that came before."""
    heard = {known: as_what for known, as_what in _all(row).items() if known not in answers}
    _keep(row, heard | dict.fromkeys(answers, "amendment"))


def _judged(row: TasksTable) -> Heard:
    if row.status in WAITING:
        return "answer"
    deaf = row.status in {*FINAL, TaskStatus.REPLYING} or row.stop_asked_at is not None
    return "late" if deaf else "amendment"


def _of(row: TasksTable, what: str) -> list[GmailId]:
    return [gmail_id for gmail_id, kept in _all(row).items() if kept == what]


def _all(row: TasksTable) -> dict[GmailId, str]:
    return json.loads(row.heard or "{}")


def _keep(row: TasksTable, heard: dict[GmailId, str]) -> None:
    row.heard = json.dumps(heard)
