"""The outbox: every mail that leaves, known by its key before it does, and sent at most once."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from sampark.domain.base import AccountId, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.errors import StoreError
from sampark.storage.mails import rfc_index
from sampark.storage.repository import Repository, missing
from sampark.storage.rows import OutboxRow, OutboxState
from sampark.storage.tables.deliveries import MimesTable, OutboxTable
from sampark.storage.tables.tasks import TasksTable
from sampark.storage.tasks import requester_index

_BEFORE: Final[dict[OutboxState, frozenset[str]]] = {
    "sending": frozenset({"planned", "sending"}),
    "sent": frozenset({"planned", "sending", "failed", "unknown", "sent"}),
    "failed": frozenset({"planned", "sending", "failed", "unknown"}),
    "unknown": frozenset({"planned", "sending", "unknown"}),
    "bounced": frozenset({"sent", "unknown", "bounced"}),
}
"""From which states each state may follow. `sent` can only bounce; no draft follows a verdict."""


_HELD = col(OutboxTable.state).in_(("failed", "bounced", "unknown"))


class OutboxRows(Repository):
    """Mails to send, and what is known of their sending."""

    def plan(self, row: OutboxRow) -> OutboxRow:
        """Keep a mail to send, or return the one that was planned under that key before.

        Raises:
            StoreError: `sha256` is not that of `mime`, or the account was never added.
        """
        sha256 = hashlib.sha256(row.mime).hexdigest()
        if row.sha256 not in {"", sha256}:
            raise StoreError(f"The SHA-256 of outbox row {row.key} is not that of its MIME bytes.")
        sealed = self._vault.seal(row.mime, about=MimesTable.cell("content", row.key))
        planned = self._planned(row, sha256)
        with self._database.write() as session:
            if not self._database.add(session, planned):
                return self._row(session, _existing(session, row.key))
            self._database.add(session, MimesTable(key=row.key, content=sealed))
        return row.model_copy(
            update={"sha256": sha256, "state": "planned", "updated_at": planned.updated_at}
        )

    def get(self, key: str) -> OutboxRow:
        """Return the row of that key; raises StoreError if there is none, SealBroken."""
        with self._database.read() as session:
            return self._row(session, _existing(session, key))

    def find(self, key: str) -> OutboxRow | None:
        """Return the row of that key, None if there is none."""
        with self._database.read() as session:
            row = session.exec(self._found(col(OutboxTable.key) == key)).first()
            return None if row is None else self._row(session, row)

    def drafted(self, key: str, draft_id: str) -> None:
        """Note the draft that is about to be sent: from here on the mail may be out.

        Raises:
            StoreError: There is no such row, it stands at a verdict, or it has another draft.
        """
        with self._database.write() as session:
            row = self._move(session, key, "sending")
            if row.draft_id not in {None, draft_id}:
                raise StoreError(
                    f"The mail {key} is being sent as draft {row.draft_id}.",
                    fix="Reconcile it; a second draft could be a second mail.",
                )
            row.draft_id = draft_id

    def sent(self, key: str, gmail_id: str, thread_id: str, message_id: str) -> None:
        """Note that the mail is out, and as what; the first such word stays.

        Raises:
            StoreError: There is no such row, or it was sent as another message.
        """
        with self._database.write() as session:
            row = self._move(session, key, "sent")
            if row.gmail_id not in {None, gmail_id}:
                raise StoreError(f"The mail {key} was sent as {row.gmail_id}, not {gmail_id}.")
            row.gmail_id, row.thread_id = gmail_id, thread_id
            row.message_id = message_id
            row.rfc_index = rfc_index(self._vault, message_id)

    def failed(self, key: str, reason: str) -> None:
        """Note that Gmail refused the mail for good; raises StoreError if it is out or absent."""
        self._judge(key, "failed", reason)

    def unknown(self, key: str, reason: str) -> None:
        """Note that a person must find out; raises StoreError if it is out or absent."""
        self._judge(key, "unknown", reason)

    def bounced(self, key: str, reason: str) -> None:
        """Note that the mail was sent and came back; raises StoreError if it never left."""
        self._judge(key, "bounced", reason)

    def unfinished(self) -> list[str]:
        """Return the keys of mails that are planned or being sent, oldest first."""
        rows = self._found(col(OutboxTable.state).in_(("planned", "sending")))
        with self._database.read() as session:
            return [row.key for row in session.exec(rows)]

    def held(self) -> list[str]:
        """Return the keys of mails that failed, came back or are in doubt, newest first.

        Those that a person has seen to are left out.
        """
        rows = self._found(_HELD, col(OutboxTable.seen_at).is_(None))
        with self._database.read() as session:
            return [row.key for row in session.exec(rows)][::-1]

    def see_to(self, keys: Collection[str], *, by: str) -> int:
        """Note that somebody has seen to mails that are held; return how many of them were.

        What becomes of such a mail later is news again.
        """
        rows = self._found(
            _HELD, col(OutboxTable.seen_at).is_(None), col(OutboxTable.key).in_(keys)
        )
        with self._database.write() as session:
            found = session.exec(rows.with_for_update(key_share=True)).all()
            for row in found:
                row.seen_at = self._clock.now()
                self._tell(session, "outbox.seen", row.task, key=row.key, by=by)
            return len(found)

    def by_message_id(self, account: AccountId, message_id: str) -> OutboxRow | None:
        """Return the mail sent under that Message-ID, with or without its angle brackets."""
        index = rfc_index(self._vault, message_id)
        here = (col(OutboxTable.account) == account, col(OutboxTable.rfc_index) == index)
        with self._database.read() as session:
            row = session.exec(self._found(*here)).first()
            return None if row is None else self._row(session, row)

    def count_in_thread(self, account: AccountId, thread: ThreadId, since: datetime) -> int:
        """Return how many mails of the tasks of a thread were planned or sent since a moment."""
        asked = (col(TasksTable.account) == account, col(TasksTable.thread_id) == thread)
        return self._count(since, *asked)

    def count_to(self, requester: Address, since: datetime) -> int:
        """Return how many mails of a requester's tasks were planned or sent since a moment."""
        index = requester_index(self._vault, requester)
        return self._count(since, col(TasksTable.requester_index) == index)

    def _count(self, since: datetime, *of_tasks: ColumnElement[bool]) -> int:
        query = (
            select(func.count())
            .select_from(OutboxTable)
            .join(TasksTable, col(TasksTable.id) == col(OutboxTable.task))
            .where(*of_tasks, col(OutboxTable.updated_at) > since)
        )
        with self._database.read() as session:
            return session.exec(query).one()

    def for_task(self, task_id: TaskId) -> list[OutboxRow]:
        """Return the mails of a task, as they were planned."""
        with self._database.read() as session:
            rows = session.exec(self._found(col(OutboxTable.task) == task_id))
            return [self._row(session, row) for row in rows]

    def _judge(self, key: str, state: OutboxState, reason: str) -> None:
        with self._database.write() as session:
            self._move(session, key, state).seal(self._vault, reason=reason)

    def _move(self, session: Session, key: str, state: OutboxState) -> OutboxTable:
        row = _existing(session, key, lock=True)
        if row.state not in _BEFORE[state]:
            raise StoreError(f"The mail {key} is {row.state}: it cannot become {state}.")
        changed = row.state != state
        row.state, row.updated_at = state, self._clock.now()
        if changed:
            row.seen_at = None
            self._tell(session, "outbox.state", row.task, key=key, state=state)
        return row

    def _planned(self, row: OutboxRow, sha256: str) -> OutboxTable:
        return OutboxTable(
            key=row.key,
            account=row.account,
            task=row.task,
            thread_id=row.thread_id,
            sha256=sha256,
            state="planned",
            updated_at=self._clock.now(),
        )

    def _found(self, *conditions: ColumnElement[bool]) -> SelectOfScalar[OutboxTable]:
        return select(OutboxTable).where(*conditions).order_by(col(OutboxTable.seq))

    def _row(self, session: Session, row: OutboxTable) -> OutboxRow:
        mime = session.get_one(MimesTable, row.key)
        told = row.model_dump(exclude={"seq", "rfc_index", "reason", "seen_at"})
        return OutboxRow.model_validate(
            {
                **told,
                "mime": mime.unseal(self._vault, "content"),
                "reason": row.read(self._vault, "reason"),
            }
        )


def _existing(session: Session, key: str, *, lock: bool = False) -> OutboxTable:
    query = select(OutboxTable).where(col(OutboxTable.key) == key)
    row = session.exec(query.with_for_update(key_share=True) if lock else query).first()
    if row is None:
        raise missing("outbox row", key)
    return row
