"""What happened while the system was at work, told from its events: the same in every run."""

from collections.abc import Sequence
from dataclasses import dataclass

from sampark.domain.base import TaskId
from sampark.lab.listing import Listing
from sampark.lab.markup import short
from sampark.reply.figures import count
from sampark.storage.rows import EventRow
from sampark.storage.store import Store

_ALL = 10_000
_ASIDE = {"ignored", "refused", "quarantined"}


@dataclass(frozen=True)
class Happening:
    """One mail or task, and what happened to it, in order."""

    subject: str
    what: str


Story = Listing[Happening]


def story(store: Store, after: int) -> Story:
    """Return what happened since the event of that number: tasks first, then mails set aside."""
    events = _since(store, after)
    tasks = list(dict.fromkeys(e.task for e in events if e.task and e.kind == "task.status"))
    told = [Happening(_subject(store, task), _course(events, task)) for task in tasks]
    gone = {
        str(event.detail["gmail_id"])
        for event in events
        if event.kind == "mail.outcome" and event.detail["outcome"] in _ASIDE
    }
    aside = [row for row in reversed(store.mails.rows(limit=_ALL)) if row.ref.gmail_id in gone]
    told += [Happening(row.subject, f"{row.outcome}: {row.reason}") for row in aside]
    return Listing(
        noun="happening",
        columns=("mail", "what happened"),
        items=tuple(told),
        row=lambda each: (short(each.subject), each.what),
    )


def _since(store: Store, after: int) -> list[EventRow]:
    events: list[EventRow] = []
    while page := store.events.since(events[-1].seq if events else after, limit=1_000):
        events += page
    return events


def _subject(store: Store, task: TaskId) -> str:
    kept = store.tasks.get(task)
    return kept.subject or kept.goal


def _course(events: Sequence[EventRow], task: TaskId) -> str:
    """Return the statuses that a task went through, with how many steps were done on the way."""
    mine = [event for event in events if event.task == task]
    ended = [e for e in mine if e.kind == "step.status" and e.detail["status"] == "done"]
    words = [str(event.detail["status"]) for event in mine if event.kind == "task.status"]
    steps = f"running ({count(len(ended), 'step')} done)"
    return " → ".join(steps if word == "running" and ended else word for word in words)
