"""Tasks: what is asked, where each stands, what was asked back, and whether it shall stop."""

from datetime import timedelta

from pydantic import TypeAdapter
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from sampark.domain.base import AccountId, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.task import Question, Task, TaskStatus
from sampark.errors import SealBroken
from sampark.storage import heard
from sampark.storage.heard import FINAL as _FINAL
from sampark.storage.heard import Heard
from sampark.storage.repository import Repository, missing
from sampark.storage.rows import CHANGED, TaskRow
from sampark.storage.tables.tasks import TasksTable
from sampark.storage.vault import Vault, encode

_QUESTIONS = TypeAdapter(tuple[Question, ...])
_MOST_IN_THREAD = 100
_TAKEN = frozenset({"answer", "amendment"})


class Tasks(Repository):
    """Tasks."""

    def add(self, task: Task, status: TaskStatus, *, most: int = 0) -> bool:
        """Keep a new task; one of that id that is there already stays as it is.

        Args:
            task: what is asked.
            status: where it stands.
            most: how many tasks its requester may have had in the last day with it; 0 is no limit.

        Returns:
            Whether the task is kept: False when its requester has had so many.

        Raises:
            StoreError: The task's account was never added.
        """
        at = self._clock.now()
        body = encode(task.model_dump_json())
        row = TasksTable(
            id=task.id,
            account=task.account,
            thread_id=task.thread_id,
            requester_index=requester_index(self._vault, task.requester),
            gmail_id=task.gmail_id,
            status=str(status),
            body=self._vault.seal(body, about=TasksTable.cell("body", task.id)),
            created_at=at,
            updated_at=at,
        )
        with self._database.write() as session:
            if most and self._full(session, row, most):
                return False
            if self._database.add(session, row):
                self._tell(session, "task.status", task.id, status=str(status))
        return True

    def get(self, task_id: TaskId) -> Task:
        """Return a task; raises StoreError if there is none, SealBroken if it was changed."""
        with self._database.read() as session:
            return read_task(session, self._vault, task_id)

    def save(self, task: Task, *, taken: int | None = None, learned: GmailId | None = None) -> None:
        """Write a task anew, as when an answer added claims.

        Args:
            task: what is asked now.
            taken: how many amendments its words hold now; None leaves that count alone.
            learned: the answer that its words hold now.

        Raises:
            StoreError: There is no such task.
        """
        with self._database.write() as session:
            row = _existing(session, task.id)
            row.seal(self._vault, body=task.model_dump_json())
            row.taken = row.taken if taken is None else taken
            if learned is not None:
                heard.learn(row, learned)

    def hear(self, task_id: TaskId, gmail_id: GmailId) -> Heard:
        """Take a later mail of its requester for a task, the same way whenever it is repeated.

        A task that waits for him gets an answer and plans on; one under way gets an amendment; one
        that is being answered, is to stop, or has ended hears nothing more.

        Raises:
            StoreError: There is no such task.
        """
        with self._database.write() as session:
            row = _existing(session, task_id, lock=True)
            kind, new = heard.hear(row, gmail_id)
            if new and kind == "answer":
                self._move(session, row, TaskStatus.PLANNING)
        return kind

    def heard_by(self, requester: Address, gmail_id: GmailId) -> TaskId | None:
        """Return the requester's task that took a later mail of his, if one did."""
        index = requester_index(self._vault, requester)
        query = select(TasksTable).where(
            col(TasksTable.requester_index) == index,
            col(TasksTable.heard).contains(gmail_id, autoescape=True),
        )
        with self._database.read() as session:
            rows = session.exec(query).all()
        took = (TaskId(row.id) for row in rows if heard.kind(row, gmail_id) in _TAKEN)
        return next(took, None)

    def unlearned(self, task_id: TaskId) -> list[GmailId]:
        """Return the answers that a task took and its words do not hold yet; raises StoreError."""
        with self._database.read() as session:
            return heard.unlearned(_existing(session, task_id))

    def amend_with(self, task_id: TaskId, answers: list[GmailId]) -> None:
        """Take answers to what is no longer asked as amendments; raises StoreError."""
        with self._database.write() as session:
            heard.amend(_existing(session, task_id, lock=True), answers)

    def amendments(self, task_id: TaskId) -> tuple[list[GmailId], int]:
        """Return the mails that amend a task, oldest first, and how many its words hold already.

        Raises:
            StoreError: There is no such task.
        """
        with self._database.read() as session:
            row = _existing(session, task_id)
            return heard.amendments(row), row.taken or 0

    def turn(self, task_id: TaskId, status: TaskStatus) -> bool:
        """Move a task on unless it was amended meanwhile; one that is to stop is moved anyway.

        Raises:
            StoreError: There is no such task.
        """
        with self._database.write() as session:
            row = _existing(session, task_id, lock=True)
            if row.stop_asked_at is None and heard.amended(row) and row.status not in _FINAL:
                return False
            if row.status not in _FINAL:
                self._move(session, row, status)
        return True

    def interrupted(self, task_id: TaskId) -> bool:
        """Return whether a task is to stop or was amended, so that no step of it may begin.

        Raises:
            StoreError: There is no such task.
        """
        with self._database.read() as session:
            row = _existing(session, task_id)
            return row.stop_asked_at is not None or heard.amended(row)

    def set_status(self, task_id: TaskId, status: TaskStatus, note: str = "") -> bool:
        """Move a task on, with a note for people.

        Returns:
            Whether the task now stands at that status: False if it had ended otherwise.

        Raises:
            StoreError: There is no such task.
        """
        with self._database.write() as session:
            row = _existing(session, task_id, lock=True)
            if row.status in _FINAL:
                return row.status == status
            row.seal(self._vault, note=note)
            self._move(session, row, status)
        return True

    def status(self, task_id: TaskId) -> TaskStatus:
        """Return where a task stands; raises StoreError if there is none."""
        with self._database.read() as session:
            return TaskStatus(_existing(session, task_id).status)

    def row(self, task_id: TaskId) -> TaskRow:
        """Return one task as a row; raises StoreError if there is none."""
        rows = self._rows(select(TasksTable).where(col(TasksTable.id) == task_id))
        if not rows:
            raise missing("task", task_id)
        return rows[0]

    def rows(self, limit: int = 50, status: TaskStatus | None = None) -> list[TaskRow]:
        """Return the newest tasks, newest first; only those of one status where it is given.

        One whose row was changed from outside is listed as such.
        """
        query = _newest().limit(limit)
        if status is not None:
            query = query.where(col(TasksTable.status) == str(status))
        with self._database.read() as session:
            return [_listed(row, self._vault) for row in session.exec(query)]

    def open(self) -> list[TaskRow]:
        """Return every task that has not ended, newest first."""
        return self._rows(_newest().where(col(TasksTable.status).not_in(_FINAL)))

    def open_ids(self) -> list[TaskId]:
        """Return every task that has not ended, oldest first, without looking into any."""
        query = select(TasksTable.id).where(col(TasksTable.status).not_in(_FINAL))
        with self._database.read() as session:
            return [TaskId(found) for found in session.exec(query.order_by(col(TasksTable.seq)))]

    def latest_in_thread(self, account: AccountId, thread_id: ThreadId) -> TaskId | None:
        """Return the newest task of a thread, ended or not."""
        here = (col(TasksTable.account) == account, col(TasksTable.thread_id) == thread_id)
        return self._first(_newest().where(*here).limit(1))

    def in_thread(self, account: AccountId, thread_id: ThreadId) -> list[TaskRow]:
        """Return the tasks of a thread, newest first, at most a hundred."""
        here = (col(TasksTable.account) == account, col(TasksTable.thread_id) == thread_id)
        return self._rows(_newest().where(*here).limit(_MOST_IN_THREAD))

    def request_stop(self, task_id: TaskId) -> None:
        """Ask a task to stop before its next step; raises StoreError if there is none."""
        with self._database.write() as session:
            row = _existing(session, task_id, lock=True)
            if row.stop_asked_at is None:
                row.stop_asked_at = self._clock.now()
                self._tell(session, "task.stop", task_id)

    def stop_requested(self, task_id: TaskId) -> bool:
        """Return whether the task was asked to stop; raises StoreError if there is none."""
        with self._database.read() as session:
            return _existing(session, task_id).stop_asked_at is not None

    def save_questions(self, task_id: TaskId, questions: tuple[Question, ...]) -> None:
        """Keep what was asked back, in place of earlier questions; raises StoreError."""
        told = _QUESTIONS.dump_json(questions)
        with self._database.write() as session:
            _existing(session, task_id).seal(self._vault, questions=told)

    def questions(self, task_id: TaskId) -> tuple[Question, ...]:
        """Return what was asked back last; raises StoreError, SealBroken."""
        with self._database.read() as session:
            told = _existing(session, task_id).unseal(self._vault, "questions")
            return _QUESTIONS.validate_json(told or b"[]")

    def _move(self, session: Session, row: TasksTable, status: TaskStatus) -> None:
        changed = row.status != status
        row.status, row.updated_at = str(status), self._clock.now()
        if changed:
            self._tell(session, "task.status", row.id, status=str(status))

    def _full(self, session: Session, row: TasksTable, most: int) -> bool:
        """Whether the requester has had `most` other tasks in the last day."""
        count = select(func.count()).where(
            col(TasksTable.requester_index) == row.requester_index,
            col(TasksTable.created_at) > row.created_at - timedelta(days=1),
        )
        known = session.exec(select(TasksTable.id).where(col(TasksTable.id) == row.id)).first()
        return known is None and session.exec(count).one() >= most

    def requesters(self, *, after: int, most: int = 1_000) -> tuple[list[Address], int]:
        """Return who asked for the tasks behind a place, newest first, and the place of the newest.

        Args:
            after: A place that was returned before; 0 stands before all.
            most: Return the newest so many at most.
        """
        query = _newest().where(col(TasksTable.seq) > after).limit(most)
        with self._database.read() as session:
            rows = session.exec(query).all()
            found = [_listed(row, self._vault).requester for row in rows]
            return found, max((row.seq or after for row in rows), default=after)

    def _rows(self, query: SelectOfScalar[TasksTable]) -> list[TaskRow]:
        with self._database.read() as session:
            return [_row(row, self._vault) for row in session.exec(query)]

    def _first(self, query: SelectOfScalar[TasksTable]) -> TaskId | None:
        with self._database.read() as session:
            row = session.exec(query).first()
            return None if row is None else TaskId(row.id)


def read_task(session: Session, vault: Vault, task_id: TaskId) -> Task:
    """Return a task within a unit of work; raises StoreError, SealBroken."""
    return Task.model_validate_json(_existing(session, task_id).unseal(vault, "body"))


def requester_index(vault: Vault, requester: Address) -> str:
    """Return the blind index of a requester."""
    return vault.index(requester.key, about=("tasks", "requester_index"))


def _existing(session: Session, task_id: TaskId, *, lock: bool = False) -> TasksTable:
    query = select(TasksTable).where(col(TasksTable.id) == task_id)
    row = session.exec(query.with_for_update(key_share=True) if lock else query).first()
    if row is None:
        raise missing("task", task_id)
    return row


def _newest() -> SelectOfScalar[TasksTable]:
    return select(TasksTable).order_by(col(TasksTable.seq).desc())


def _listed(row: TasksTable, vault: Vault) -> TaskRow:
    try:
        return _row(row, vault)
    except SealBroken as broken:
        return TaskRow(
            id=TaskId(row.id),
            requester=Address(email=""),
            subject=CHANGED,
            kind="",
            goal="",
            status=TaskStatus(row.status),
            note=broken.problem,
            thread_id=ThreadId(row.thread_id),
            account=AccountId(row.account),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


def _row(row: TasksTable, vault: Vault) -> TaskRow:
    task = Task.model_validate_json(row.unseal(vault, "body"))
    return TaskRow(
        id=task.id,
        requester=task.requester,
        subject=task.subject,
        kind=task.kind,
        goal=task.goal,
        status=TaskStatus(row.status),
        note=row.read(vault, "note"),
        thread_id=task.thread_id,
        account=task.account,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
