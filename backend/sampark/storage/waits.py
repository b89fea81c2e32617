"""Steps that sleep until a moment, and the workflows to wake then."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, select, update

from sampark.domain.base import TaskId
from sampark.storage.repository import Repository
from sampark.storage.rows import WaitRow
from sampark.storage.tables.tasks import WaitsTable


class Waits(Repository):
    """Durable waits."""

    def add(self, task_id: TaskId, step_key: str, workflow_id: str, due_at: datetime) -> None:
        """Keep a wait, in place of an earlier one of that step; raises StoreError (no task)."""
        row = WaitsTable(task=task_id, step_key=step_key, workflow_id=workflow_id, due_at=due_at)
        with self._database.write() as session:
            self._database.put(session, row)

    def due(self, now: datetime) -> list[WaitRow]:
        """Return the open waits whose moment has come, the longest overdue first."""
        return self._open(col(WaitsTable.due_at) <= now)

    def done(self, task_id: TaskId, step_key: str) -> None:
        """Close a wait; one that is closed or absent stays so."""
        here = (col(WaitsTable.task) == task_id, col(WaitsTable.step_key) == step_key)
        with self._database.write() as session:
            open_one = update(WaitsTable).where(*here, col(WaitsTable.done_at).is_(None))
            session.exec(open_one.values(done_at=self._clock.now()))

    def open(self, task_id: TaskId | None = None) -> list[WaitRow]:
        """Return the waits that nobody closed, soonest first; of every task where none is given."""
        return self._open(*(() if task_id is None else (col(WaitsTable.task) == task_id,)))

    def _open(self, *conditions: ColumnElement[bool]) -> list[WaitRow]:
        query = select(WaitsTable).where(col(WaitsTable.done_at).is_(None), *conditions)
        soonest = query.order_by(col(WaitsTable.due_at), col(WaitsTable.step_key))
        with self._database.read() as session:
            rows = session.exec(soonest)
            return [WaitRow.model_validate(row.model_dump(exclude={"done_at"})) for row in rows]
