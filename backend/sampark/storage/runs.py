"""Plans by version, and every attempt at every step of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlmodel import Session, col, func, select

from sampark.domain.base import StepKey, TaskId
from sampark.domain.plan import Plan
from sampark.domain.run import RunRecord, StepError, StepRun, StepStatus
from sampark.domain.value import Value
from sampark.errors import StoreError
from sampark.storage.repository import Repository, missing
from sampark.storage.tables.tasks import PlansTable, StepsTable
from sampark.storage.tasks import read_task
from sampark.storage.vault import Vault, encode

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Noted:
    """How an attempt at a step of that version of a task's plan stands."""

    task: TaskId
    version: int
    run: StepRun


class Runs(Repository):
    """Plans and the attempts at their steps."""

    def save_plan(self, task_id: TaskId, plan: Plan) -> None:
        """Keep a version of a task's plan.

        Raises:
            StoreError: There is no such task, or another plan of that version: a change of a plan
                is a new version.
        """
        body = encode(plan.model_dump_json())
        row = PlansTable(
            task=task_id,
            version=plan.version,
            hash=plan.hash,
            body=self._vault.seal(body, about=PlansTable.cell("body", task_id, plan.version)),
            created_at=self._clock.now(),
        )
        with self._database.write() as session:
            if self._database.add(session, row):
                told = {"version": plan.version, "hash": plan.hash}
                self._tell(session, "plan.saved", task_id, **told)
            elif session.get_one(PlansTable, (task_id, plan.version)).hash != plan.hash:
                raise StoreError(
                    f"Version {plan.version} of the plan of task {task_id} is another plan.",
                    fix="Give the changed plan the next version.",
                )

    def plan(self, task_id: TaskId, version: int | None = None) -> Plan | None:
        """Return that version of the task's plan, the latest if none is given; None if absent."""
        with self._database.read() as session:
            return _plan(session, self._vault, task_id, version)

    def finish(self, task_id: TaskId, version: int, run: StepRun) -> None:
        """Note how an attempt stands, begun or not; raises StoreError if there is no such task."""
        self.note([Noted(task_id, version, run)])

    def note(self, all_noted: Sequence[Noted]) -> None:
        """Note how several attempts stand, in their order: all of them, or none.

        Raises:
            StoreError: There is no such task, of one of them.
        """
        rows = [_step(noted.task, noted.version, noted.run, self._vault) for noted in all_noted]
        with self._database.write() as session:
            self._database.put_all(session, rows)
            for row in rows:
                told = {"step": row.key, "version": row.version, "attempt": row.attempt}
                self._tell(session, "step.status", row.task, **told, status=row.status)

    def steps(
        self, task_id: TaskId, version: int | None = None, *, key: StepKey | None = None
    ) -> tuple[StepRun, ...]:
        """Return the attempts of that version (the latest if none is given), as they began.

        With `key` only those at that step, which is the cheaper the larger the plan.
        """
        with self._database.read() as session:
            wanted = version or _latest(session, task_id)
            return _steps(session, self._vault, task_id, wanted, key)

    def value(self, task_id: TaskId, version: int, key: StepKey) -> Value:
        """Return what a step gave, by its last attempt; raises StoreError if it gave nothing."""
        return self.values(task_id, version, (key,))[key]

    def values(
        self, task_id: TaskId, version: int, keys: Collection[StepKey]
    ) -> dict[StepKey, Value]:
        """Return what each of the steps gave, by its last attempt.

        Raises:
            StoreError: One of them gave nothing.
        """
        query = (
            select(StepsTable)
            .where(
                col(StepsTable.task) == task_id,
                col(StepsTable.version) == version,
                col(StepsTable.key).in_(keys),
                col(StepsTable.value).is_not(None),
            )
            .order_by(col(StepsTable.attempt))
        )
        with self._database.read() as session:
            rows = {StepKey(row.key): row for row in session.exec(query)}
            for key in (key for key in keys if key not in rows):
                raise missing(f"value of version {version} of task {task_id}, step", key)
            return {
                key: Value.model_validate_json(rows[key].unseal(self._vault, "value"))
                for key in keys
            }

    def record(self, task_id: TaskId) -> RunRecord:
        """Return the run of the latest plan; raises StoreError without a task or a plan."""
        with self._database.read() as session:
            task = read_task(session, self._vault, task_id)
            plan = _plan(session, self._vault, task_id, None)
            if plan is None:
                raise missing("plan of task", task_id)
            steps = _steps(session, self._vault, task_id, plan.version)
        return RunRecord(task=task, plan=plan, steps=steps)


def _latest(session: Session, task_id: TaskId) -> int:
    newest = select(func.max(PlansTable.version)).where(col(PlansTable.task) == task_id)
    return session.exec(newest).one() or 1


def _plan(session: Session, vault: Vault, task_id: TaskId, version: int | None) -> Plan | None:
    query = select(PlansTable).where(col(PlansTable.task) == task_id)
    if version is not None:
        query = query.where(col(PlansTable.version) == version)
    row = session.exec(query.order_by(col(PlansTable.version).desc()).limit(1)).first()
    return None if row is None else _parsed(row.unseal(vault, "body"))


@lru_cache(maxsize=64)
def _parsed(body: bytes) -> Plan:
    """Return the plan of a JSON text: every step of a run asks for its plan, parsed once here."""
    return Plan.model_validate_json(body)


def _steps(
    session: Session, vault: Vault, task_id: TaskId, version: int, key: StepKey | None = None
) -> tuple[StepRun, ...]:
    query = select(StepsTable).where(
        col(StepsTable.task) == task_id, col(StepsTable.version) == version
    )
    if key is not None:
        query = query.where(col(StepsTable.key) == key)
    runs = [_run(row, vault) for row in session.exec(query)]
    return tuple(sorted(runs, key=lambda run: (run.started_at or _NEVER, run.key, run.attempt)))


def _step(task_id: TaskId, version: int, run: StepRun, vault: Vault) -> StepsTable:
    row = StepsTable(
        task=task_id,
        version=version,
        key=run.key,
        attempt=run.attempt,
        status=str(run.status),
        started_at=run.started_at,
        finished_at=run.finished_at,
        usd=run.usd,
        tokens=run.tokens,
    )
    value, error = run.value, run.error
    row.seal(
        vault,
        value=None if value is None else value.model_dump_json(),
        error=None if error is None else error.model_dump_json(),
    )
    return row


def _run(row: StepsTable, vault: Vault) -> StepRun:
    value, error = row.unseal(vault, "value"), row.unseal(vault, "error")
    return StepRun(
        key=StepKey(row.key),
        attempt=row.attempt,
        status=StepStatus(row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        value=Value.model_validate_json(value) if value else None,
        error=StepError.model_validate_json(error) if error else None,
        usd=row.usd,
        tokens=row.tokens,
    )
