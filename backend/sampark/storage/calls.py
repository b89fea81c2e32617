"""The ledger of model calls: what each cost, and, sealed, what was said."""

import uuid
from decimal import Decimal

from sqlmodel import col, select

from sampark.domain.base import TaskId
from sampark.storage.repository import Repository
from sampark.storage.rows import ModelCall
from sampark.storage.tables.ledgers import CallsTable
from sampark.storage.vault import encode


class Calls(Repository):
    """Model calls."""

    def add(self, call: ModelCall) -> None:
        """Append a call."""
        name = uuid.uuid4().hex
        trace = self._vault.seal(encode(call.trace), about=CallsTable.cell("trace", name))
        usd = None if call.usd is None else str(call.usd)
        told = call.model_dump(exclude={"trace", "usd"})
        with self._database.write() as session:
            self._database.add(session, CallsTable(id=name, trace=trace, usd=usd, **told))

    def rows(self, task: TaskId | None = None) -> list[ModelCall]:
        """Return the calls in their order; of every task where none is given."""
        query = select(CallsTable).order_by(col(CallsTable.seq))
        if task is not None:
            query = query.where(col(CallsTable.task) == task)
        with self._database.read() as session:
            return [self._call(row) for row in session.exec(query)]

    def _call(self, row: CallsTable) -> ModelCall:
        told = row.model_dump(exclude={"seq", "id", "trace", "usd"})
        usd = None if row.usd is None else Decimal(row.usd)
        trace = row.read(self._vault, "trace")
        return ModelCall.model_validate({**told, "usd": usd, "trace": trace})
