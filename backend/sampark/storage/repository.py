"""What every repository stands on: the database, the vault, the clock, and the event it leaves."""

from pydantic import JsonValue
from sqlmodel import Session

from sampark.domain.base import canonical_json
from sampark.domain.ports import Clock
from sampark.errors import StoreError
from sampark.storage.database import Database
from sampark.storage.tables.ledgers import EventsTable
from sampark.storage.vault import Vault


class Repository:
    """Owns every query about its noun. Each public call is one unit of work, from any thread."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def _tell(self, session: Session, kind: str, task: str | None, **detail: JsonValue) -> None:
        """Append an event to this unit of work, so that it tells only of what was committed."""
        session.flush()  # row locks first, the turn last: no two units wait for each other
        self._database.take_turn(session)
        at = self._clock.now()
        event = EventsTable(at=at, task=task, kind=kind, detail=canonical_json(detail))
        self._database.add(session, event)


def missing(noun: str, name: str) -> StoreError:
    """Return the error for a row that should be there."""
    return StoreError(f"There is no {noun} {name} in the store.", fix="Check its id.")
