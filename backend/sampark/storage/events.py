"""What happened, in order, for whoever watches. No mail text is in it."""

from pydantic import JsonValue, TypeAdapter
from sqlmodel import col, func, select

from sampark.domain.base import TaskId
from sampark.storage.repository import Repository
from sampark.storage.rows import EventRow
from sampark.storage.tables.ledgers import EventsTable

_OBJECT = TypeAdapter(dict[str, JsonValue])


class Events(Repository):
    """Events; the other repositories add theirs in the unit of work that they tell of."""

    def add(self, task_id: TaskId | None, kind: str, detail: dict[str, JsonValue]) -> None:
        """Append an event. `detail` holds ids, states and numbers: it is stored in the open."""
        with self._database.write() as session:
            self._tell(session, kind, task_id, **detail)

    def since(self, seq: int, limit: int = 500) -> list[EventRow]:
        """Return the events after that number, oldest first, at most `limit`."""
        after = select(EventsTable).where(col(EventsTable.seq) > seq)
        with self._database.read() as session:
            rows = session.exec(after.order_by(col(EventsTable.seq)).limit(limit))
            return [_row(row) for row in rows]

    def last(self) -> int:
        """Return the number of the newest event, 0 where there is none."""
        with self._database.read() as session:
            return session.exec(select(func.max(EventsTable.seq))).one() or 0


def _row(row: EventsTable) -> EventRow:
    told = row.model_dump(include={"seq", "at", "task", "kind"})
    return EventRow.model_validate({**told, "detail": _OBJECT.validate_json(row.detail)})
