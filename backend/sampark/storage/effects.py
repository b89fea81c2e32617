"""The ledger of effects outside the mailbox: each known by its key before it happens."""

from pydantic import JsonValue, TypeAdapter
from sqlmodel import Session, col, select

from sampark.domain.base import TaskId, canonical_json
from sampark.domain.run import Effect, EffectState
from sampark.errors import StoreError
from sampark.storage.repository import Repository, missing
from sampark.storage.tables.deliveries import EffectsTable
from sampark.storage.vault import encode

_OBJECT = TypeAdapter(dict[str, JsonValue])


class Effects(Repository):
    """Effects."""

    def plan(self, effect: Effect) -> Effect:
        """Keep an effect before it happens, or return the one planned under that key before."""
        args = encode(canonical_json(effect.args))
        row = EffectsTable(
            key=effect.key,
            task=effect.task,
            kind=effect.kind,
            args=self._vault.seal(args, about=EffectsTable.cell("args", effect.key)),
            plan_hash=effect.plan_hash,
            approval=effect.approval,
            state=effect.state,
            updated_at=self._clock.now(),
        )
        row.seal(self._vault, result=canonical_json(effect.result))
        with self._database.write() as session:
            self._database.add(session, row)
            return self._effect(_existing(session, effect.key))

    def settle(self, key: str, state: EffectState, result: dict[str, JsonValue]) -> None:
        """Note how an effect stands.

        Raises:
            StoreError: There is no such effect, or it is done and cannot become anything else.
        """
        with self._database.write() as session:
            row = _existing(session, key, lock=True)
            if row.state == "done" != state:
                raise StoreError(f"The effect {key} is done: it cannot become {state}.")
            row.state, row.updated_at = state, self._clock.now()
            row.seal(self._vault, result=canonical_json(result))

    def rows(self, task: TaskId | None = None) -> list[Effect]:
        """Return the effects as they were planned; of every task where none is given."""
        query = select(EffectsTable).order_by(col(EffectsTable.seq))
        if task is not None:
            query = query.where(col(EffectsTable.task) == task)
        with self._database.read() as session:
            return [self._effect(row) for row in session.exec(query)]

    def _effect(self, row: EffectsTable) -> Effect:
        told = row.model_dump(include={"key", "task", "kind", "plan_hash", "approval", "state"})
        args = _OBJECT.validate_json(row.unseal(self._vault, "args"))
        result = _OBJECT.validate_json(row.unseal(self._vault, "result") or b"{}")
        return Effect.model_validate({**told, "args": args, "result": result})


def _existing(session: Session, key: str, *, lock: bool = False) -> EffectsTable:
    query = select(EffectsTable).where(col(EffectsTable.key) == key)
    row = session.exec(query.with_for_update(key_share=True) if lock else query).first()
    if row is None:
        raise missing("effect", key)
    return row
