"""What can be asked. Each answer is one view, read from the store in a few queries."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sampark.desk.conversation import attached, conversation, file_line
from sampark.desk.results import results, uses
from sampark.desk.standing import held, judged, mailbox_line, mailboxes
from sampark.desk.views import (
    FileContent,
    FileLine,
    MailLine,
    Overview,
    StepLine,
    TaskLine,
    TaskPage,
)
from sampark.domain.base import StepKey, TaskId
from sampark.domain.plan import Plan
from sampark.domain.run import StepRun, StepStatus
from sampark.errors import SamparkError, StoreError
from sampark.planning import picture
from sampark.storage.rows import EventRow, MailRow, TaskRow
from sampark.storage.store import Store
from sampark.workflow.services import Services

COUNTED = 1_000
"""Tasks that the overview counts, newest first."""


class Unknown(SamparkError):
    """There is nothing of the id that was asked for."""


class Queries:
    """Reads; thread-safe, and blocking: call it from a thread on an event loop."""

    def __init__(self, here: Services) -> None:
        self._here = here

    @property
    def _store(self) -> Store:
        return self._here.store

    def now(self) -> datetime:
        """Return the present moment in UTC, by the system's own clock."""
        return self._here.clock.now()

    def last_event(self) -> int:
        """Return the number of the newest event: a page is stale when it grew."""
        return self._store.events.last()

    def events(self, after: int, *, limit: int = 500) -> list[EventRow]:
        """Return what happened after that event, oldest first."""
        return self._store.events.since(after, limit)

    def overview(self, *, limit: int = 30) -> Overview:
        """Return what runs, waits and failed, the newest mails, how the mailboxes stand."""
        seq = self.last_event()
        lines = self.tasks(limit=COUNTED)
        rows, waiting = mailboxes(self._store, self._here.mailboxes), len(self._store.outbox.held())
        return Overview(
            seq=seq,
            counts=dict(Counter(line.stage for line in lines)),
            tasks=tuple(lines[:limit]),
            mails=tuple(mail_line(row) for row in self._store.mails.rows(limit=limit)),
            held=tuple(held(self._store)),
            mailboxes=tuple(mailbox_line(row) for row in rows),
            alarms=tuple(judged(rows, self._store.troubles.all(), waiting, self.now())),
        )

    def tasks(self, *, limit: int = 50) -> list[TaskLine]:
        """Return the newest tasks."""
        timers: dict[str, datetime] = {}
        for wait in self._store.waits.open():
            timers[wait.task] = min(wait.due_at, timers.get(wait.task, wait.due_at))
        return [task_line(row, timers.get(row.id)) for row in self._store.tasks.rows(limit=limit)]

    def line(self, task_id: TaskId) -> TaskLine:
        """Return one task as a line; raises Unknown."""
        try:
            row = self._store.tasks.row(task_id)
        except StoreError as error:
            self.last_event()  # raises again if it is the store that is out of order
            raise Unknown("There is no task of that id.", fix="Look in the list.") from error
        waits = self._store.waits.open(task_id)
        return task_line(row, min((wait.due_at for wait in waits), default=None))

    def task(self, task_id: TaskId) -> TaskPage:
        """Return everything about one task; raises Unknown if there is none of that id."""
        seq = self.last_event()
        line = self.line(task_id)
        plan = self._store.runs.plan(task_id)
        runs = self._runs(task_id) if plan is not None else ()
        calls = self._store.calls.rows(task_id)
        return TaskPage(
            line=line,
            conversation=conversation(self._here, task_id),
            steps=() if plan is None else tuple(step_lines(plan, runs)),
            picture="" if plan is None else picture.svg(plan, runs),
            assumptions=() if plan is None else plan.assumptions,
            origin="" if plan is None else f"{plan.origin.kind} {plan.origin.name}",
            tokens=sum(call.input_tokens + call.output_tokens for call in calls),
            usd=str(sum(call.usd or 0 for call in calls)),
            seq=seq,
        )

    def file(self, task_id: TaskId, sha256: str) -> FileContent:
        """Return a file that came or went with the task's mails, or that one of its steps made.

        Raises:
            Unknown: the task has no file of that digest.
        """
        self.line(task_id)
        for item in attached(self._here, task_id):
            if item.sha256 == sha256:
                return FileContent(line=file_line(item), content=item.content)
        made = {line.sha256: line for line in self._made(task_id)}
        if sha256 not in made:
            raise Unknown("The task has no file of that digest.", fix="Open the task's page.")
        content = self._store.blobs.get(task_id, sha256)
        return FileContent(line=made[sha256], content=content)

    def _runs(self, task_id: TaskId) -> tuple[StepRun, ...]:
        """The attempts; a step that sleeps has not begun one, and is shown as waiting."""
        asleep = tuple(
            StepRun(key=StepKey(wait.step_key), attempt=1, status=StepStatus.WAITING)
            for wait in self._store.waits.open(task_id)
        )
        return (*self._store.runs.steps(task_id), *asleep)

    def _made(self, task_id: TaskId) -> list[FileLine]:
        plan = self._store.runs.plan(task_id)
        if plan is None:
            return []
        steps = step_lines(plan, self._store.runs.steps(task_id))
        return [result.file for step in steps for result in step.results if result.file is not None]


def task_line(row: TaskRow, waits_until: datetime | None = None) -> TaskLine:
    """Return a stored task as a line."""
    return TaskLine(
        id=row.id,
        subject=row.subject,
        requester=row.requester.email,
        goal=row.goal,
        kind=row.kind,
        status=row.status,
        note=row.note,
        updated_at=row.updated_at,
        waits_until=waits_until,
    )


def mail_line(row: MailRow) -> MailLine:
    """Return a stored mail as a line."""
    return MailLine(
        key=row.ref.key,
        sender=row.sender,
        subject=row.subject,
        received_at=row.received_at,
        outcome=row.outcome or "open",
        reason=row.reason,
        task=row.task,
        flags=row.flags,
    )


def step_lines(plan: Plan, runs: tuple[StepRun, ...]) -> list[StepLine]:
    """Return every step of the plan with the last attempt at it."""
    last: Mapping[str, StepRun] = {run.key: run for run in sorted(runs, key=lambda r: r.attempt)}
    return [
        StepLine(
            key=step.key,
            title=step.title,
            tool=step.tool,
            status=last[step.key].status if step.key in last else StepStatus.QUEUED,
            attempts=last[step.key].attempt if step.key in last else 0,
            seconds=last[step.key].seconds if step.key in last else 0.0,
            uses=uses(step, plan),
            results=results(last[step.key].value) if step.key in last else (),
            error=_error(last.get(step.key)),
        )
        for step in plan.steps
    ]


def _error(run: StepRun | None) -> str:
    return "" if run is None or run.error is None else run.error.message
