"""What is wrong at the moment, for whoever can mend it. A trouble that is over leaves no row."""

from datetime import timedelta

from sqlmodel import Session, col, select

from sampark.storage.repository import Repository
from sampark.storage.rows import TroubleKind, TroubleRow
from sampark.storage.tables.accounts import TroublesTable

_NOTED_EVERY = timedelta(minutes=1)  # not every failed attempt is worth a commit


class Troubles(Repository):
    """Troubles, each known by its kind and its mailbox."""

    def note(self, kind: TroubleKind, account: str, problem: str) -> None:
        """Note that something is wrong, or still is; a trouble that is new is an event.

        Args:
            kind: What kind of thing it is.
            account: The mailbox that has it; empty where it is of none alone.
            problem: What was met, in words without mail text: it is stored in the open.
        """
        now = self._clock.now()
        with self._database.read() as session:
            known = session.get(TroublesTable, (kind, account))
        if known is not None and known.problem == problem and now - known.at < _NOTED_EVERY:
            return
        new = TroublesTable(kind=kind, account=account, problem=problem, since=now, at=now)
        with self._database.write() as session:
            if self._database.add(session, new):
                self._tell(session, "trouble.began", None, trouble=kind, account=account)
                return
            row = _locked(session, kind, account)
            if row is not None:
                row.problem, row.at = problem, now

    def mend(self, kind: TroubleKind, account: str, *, older: timedelta = timedelta(0)) -> None:
        """Note that it is well again, which is an event where it was not.

        `older`: leave a trouble that was met within that time.
        """
        with self._database.read() as session:
            known = session.get(TroublesTable, (kind, account))
        if known is None or self._clock.now() - known.at < older:
            return
        with self._database.write() as session:
            row = _locked(session, kind, account)
            if row is not None:
                session.delete(row)
                self._tell(session, "trouble.ended", None, trouble=kind, account=account)

    def all(self) -> list[TroubleRow]:
        """Return every trouble, the oldest first."""
        oldest = select(TroublesTable).order_by(
            col(TroublesTable.since), col(TroublesTable.kind), col(TroublesTable.account)
        )
        with self._database.read() as session:
            return [TroubleRow.model_validate(row.model_dump()) for row in session.exec(oldest)]


def _locked(session: Session, kind: str, account: str) -> TroublesTable | None:
    here = (col(TroublesTable.kind) == kind, col(TroublesTable.account) == account)
    return session.exec(select(TroublesTable).where(*here).with_for_update()).first()
