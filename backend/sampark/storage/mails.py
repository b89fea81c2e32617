"""Raw mails as they arrived, each with what became of it: none is lost, none is taken in twice."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from sampark.domain.base import AccountId, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address, Arrival, MailRef
from sampark.errors import SealBroken, StoreError
from sampark.storage.accounts import forward, locked
from sampark.storage.repository import Repository, missing
from sampark.storage.rows import CHANGED, MailOutcome, MailRow
from sampark.storage.tables.accounts import MailsTable, RawsTable
from sampark.storage.vault import Vault

_BATCH = 500
_LOOK_BACK = 50

IMPORTED: MailOutcome = "imported"
"""The outcome of mails that were brought in to be read only."""

_OUTCOME = col(MailsTable.outcome)
_TAKEN_IN = or_(_OUTCOME.is_(None), _OUTCOME != IMPORTED)


class Mails(Repository):
    """Mails that arrived."""

    def take_in(
        self, account: AccountId, arrivals: Sequence[Arrival], cursor: str | None
    ) -> list[MailRef]:
        """Store what is new and move the cursor forward, both or neither.

        Args:
            account: The mailbox that all of them arrived in.
            arrivals: Raw mails; those stored before are left as they are.
            cursor: Gmail's history id after them; None leaves the cursor alone.

        Returns:
            The mails that were not there yet, in the order given.

        Raises:
            StoreError: The account is unknown, a mail is another's, or the cursor is no number.
        """
        _all_in(account, arrivals)
        with self._database.write() as session:
            row = locked(session, account)
            fresh = [arrival.ref for arrival in arrivals if self._store(session, arrival)]
            if cursor is not None:
                forward(row, cursor)
        return fresh

    def bring_in(
        self, account: AccountId, past: Sequence[tuple[Arrival, str, str]]
    ) -> list[MailRef]:
        """Store mails of the past, to be read and never acted on; the cursor stays where it is.

        Args:
            account: The mailbox that all of them arrived in.
            past: Raw mails, each with its sender and its subject; those stored before are left as
                they are.

        Returns:
            The mails that were not there yet, in the order given.

        Raises:
            StoreError: A mail is another's.
        """
        _all_in(account, [arrival for arrival, _, _ in past])
        with self._database.write() as session:
            told = [self._imported(session, *each) for each in past]
            fresh = [ref for ref in told if ref is not None]
            if fresh:
                self._tell(session, "mail.imported", None, account=account, mails=len(fresh))
        return fresh

    def unknown(self, account: AccountId, gmail_ids: Iterable[GmailId]) -> list[GmailId]:
        """Return those of the ids that are not stored, each once, in the order given."""
        asked = list(dict.fromkeys(gmail_ids))
        known: set[str] = set()
        column = col(MailsTable.gmail_id)
        with self._database.read() as session:
            for start in range(0, len(asked), _BATCH):
                query = select(MailsTable.gmail_id).where(
                    col(MailsTable.account) == account, column.in_(asked[start : start + _BATCH])
                )
                known.update(session.exec(query))
        return [gmail_id for gmail_id in asked if gmail_id not in known]

    def threads(self, refs: Sequence[MailRef]) -> list[ThreadId]:
        """Return the thread of each mail, in the order given; raises StoreError if one is unknown."""
        with self._database.read() as session:
            return [ThreadId(_existing(session, ref).thread_id) for ref in refs]

    def arrival(self, ref: MailRef) -> Arrival:
        """Return the mail as it arrived; raises StoreError if unknown, SealBroken if changed."""
        with self._database.read() as session:
            row = _existing(session, ref)
            raw = session.get_one(RawsTable, (ref.account, ref.gmail_id))
            return Arrival(
                ref=ref,
                thread_id=ThreadId(row.thread_id),
                labels=tuple(json.loads(row.labels)),
                internal_date=row.received_at,
                raw=raw.unseal(self._vault, "content"),
            )

    def set_head(
        self, ref: MailRef, message_id: str, sender: str, subject: str, flags: Sequence[str] = ()
    ) -> None:
        """Note what the parsed mail says of itself, and what is odd about that.

        Raises:
            StoreError: The mail is unknown.
        """
        with self._database.write() as session:
            row = _existing(session, ref)
            row.rfc_index = rfc_index(self._vault, message_id) if message_id else None
            row.flags = "\n".join(flags) or None
            row.seal(self._vault, sender=sender, subject=subject)

    def claim(self, ref: MailRef, message_id: str, sender: Address) -> bool:
        """Let in one copy of a mail that reached several addresses, in any account.

        Returns:
            Whether this is the copy that counts; the same one again when asked again. A mail
            without a Message-ID has no copies.

        Raises:
            StoreError: The mail is unknown.
        """
        if not message_id:
            return True
        known = ("mails", "claim")
        claim = self._vault.index(f"{sender.key} {message_id.strip().strip('<>')}", about=known)
        with self._database.write() as session:
            row = _existing(session, ref)
            query = select(MailsTable).where(col(MailsTable.claim) == claim)
            holder = session.exec(query).first()
            if holder is None:
                row.claim = claim
            return holder is None or _ref(holder) == ref

    def before(self, ref: MailRef, *, since: datetime, sender: Address) -> list[MailRef]:
        """Return the earlier mails of that sender in its thread since a moment, newest first.

        Only mails that were let in count, which is what `claim` tells.

        Raises:
            StoreError: The mail is unknown.
        """
        with self._database.read() as session:
            row = _existing(session, ref)
            query = (
                select(MailsTable)
                .where(
                    col(MailsTable.thread_id) == row.thread_id,
                    col(MailsTable.account) == ref.account,
                    col(MailsTable.received_at) >= since,
                    col(MailsTable.received_at) <= row.received_at,
                    col(MailsTable.gmail_id) != ref.gmail_id,
                    col(MailsTable.claim).is_not(None),
                )
                .order_by(col(MailsTable.received_at).desc(), col(MailsTable.gmail_id).desc())
                .limit(_LOOK_BACK)
            )
            written = str(sender)
            earlier = [other for other in session.exec(query) if _precedes(other, row)]
            return [_ref(it) for it in earlier if it.read(self._vault, "sender") == written]

    def set_outcome(
        self, ref: MailRef, outcome: MailOutcome, reason: str, task: TaskId | None
    ) -> None:
        """Note what became of the mail, and why; raises StoreError if the mail is unknown."""
        with self._database.write() as session:
            row = _existing(session, ref)
            changed = row.outcome != outcome
            row.outcome, row.task = outcome, task
            row.seal(self._vault, reason=reason)
            if changed:
                told = {"account": ref.account, "gmail_id": ref.gmail_id, "outcome": outcome}
                self._tell(session, "mail.outcome", task, **told)

    def reopen(self, ref: MailRef) -> None:
        """Let a mail be handled once more; raises StoreError if the mail is unknown."""
        with self._database.write() as session:
            _existing(session, ref).outcome = None

    def rows(
        self, account: AccountId | None = None, limit: int = 50, *, imported: bool = False
    ) -> list[MailRow]:
        """Return the newest mails, newest first; of every account where none is given.

        Either those that were taken in as they came, or those that were imported. One whose row was
        changed from outside is listed as such.
        """
        newest = (col(MailsTable.received_at).desc(), col(MailsTable.gmail_id).desc())
        query = select(MailsTable).order_by(*newest).limit(limit)
        query = query.where(col(MailsTable.outcome) == IMPORTED if imported else _TAKEN_IN)
        if account is not None:
            query = query.where(col(MailsTable.account) == account)
        with self._database.read() as session:
            return [_listed(row, self._vault) for row in session.exec(query)]

    def row(self, ref: MailRef) -> MailRow:
        """Return one mail and what became of it; raises StoreError if it is unknown."""
        with self._database.read() as session:
            return _row(_existing(session, ref), self._vault)

    def in_thread(self, account: AccountId, thread: ThreadId) -> list[MailRow]:
        """Return the mails of a thread, oldest first, whatever became of them."""
        oldest = (col(MailsTable.received_at), col(MailsTable.gmail_id))
        query = (
            select(MailsTable)
            .where(col(MailsTable.thread_id) == thread, col(MailsTable.account) == account)
            .order_by(*oldest)
        )
        with self._database.read() as session:
            return [_row(row, self._vault) for row in session.exec(query)]

    def unfinished(self) -> list[MailRef]:
        """Return the mails without an outcome, oldest first."""
        return self._refs(col(MailsTable.outcome).is_(None))

    def on_their_way(self, account: AccountId, thread_id: ThreadId) -> bool:
        """Return whether a mail of that thread is stored that has no outcome yet."""
        here = (col(MailsTable.thread_id) == thread_id, col(MailsTable.account) == account)
        query = select(MailsTable.gmail_id).where(*here, col(MailsTable.outcome).is_(None)).limit(1)
        with self._database.read() as session:
            return session.exec(query).first() is not None

    def for_task(self, task: TaskId) -> list[MailRef]:
        """Return the mails that a task was made from or took its answers from, oldest first."""
        return self._refs(col(MailsTable.task) == task)

    def by_rfc_id(self, account: AccountId, message_id: str) -> MailRef | None:
        """Return the newest mail with that Message-ID, with or without its angle brackets."""
        query = (
            select(MailsTable)
            .where(
                col(MailsTable.account) == account,
                col(MailsTable.rfc_index) == rfc_index(self._vault, message_id),
            )
            .order_by(col(MailsTable.received_at).desc())
        )
        with self._database.read() as session:
            row = session.exec(query).first()
            return None if row is None else _ref(row)

    def last_internal_date(self, account: AccountId) -> datetime | None:
        """Return when Gmail accepted the newest mail that was taken in; None where none was."""
        latest = select(func.max(MailsTable.received_at))
        with self._database.read() as session:
            return session.exec(latest.where(col(MailsTable.account) == account, _TAKEN_IN)).one()

    def _refs(self, condition: ColumnElement[bool]) -> list[MailRef]:
        oldest = (col(MailsTable.received_at), col(MailsTable.gmail_id))
        query = select(MailsTable).where(condition).order_by(*oldest)
        with self._database.read() as session:
            return [_ref(row) for row in session.exec(query)]

    def _store(self, session: Session, arrival: Arrival) -> bool:
        account, gmail_id = arrival.ref.account, arrival.ref.gmail_id
        fresh = self._add(session, arrival, self._new_row(arrival))
        if fresh:
            self._tell(session, "mail.arrived", None, account=account, gmail_id=gmail_id)
        return fresh

    def _imported(
        self, session: Session, arrival: Arrival, sender: str, subject: str
    ) -> MailRef | None:
        row = self._new_row(arrival)
        row.outcome = IMPORTED
        row.seal(self._vault, sender=sender, subject=subject)
        return arrival.ref if self._add(session, arrival, row) else None

    def _new_row(self, arrival: Arrival) -> MailsTable:
        return MailsTable(
            account=arrival.ref.account,
            gmail_id=arrival.ref.gmail_id,
            thread_id=arrival.thread_id,
            labels=json.dumps(arrival.labels),
            received_at=arrival.internal_date,
            taken_at=self._clock.now(),
        )

    def _add(self, session: Session, arrival: Arrival, row: MailsTable) -> bool:
        if not self._database.add(session, row):
            return False
        account, gmail_id = arrival.ref.account, arrival.ref.gmail_id
        about = RawsTable.cell("content", account, gmail_id)
        raw = self._vault.seal(arrival.raw, about=about)
        self._database.add(session, RawsTable(account=account, gmail_id=gmail_id, content=raw))
        return True


def _all_in(account: AccountId, arrivals: Sequence[Arrival]) -> None:
    for stray in (each.ref for each in arrivals if each.ref.account != account):
        raise StoreError(f"The mail {stray.key} did not arrive in {account}.")


def rfc_index(vault: Vault, message_id: str) -> str:
    """Return the blind index of a Message-ID. Whatever a stranger wrote, it is 64 characters."""
    return vault.index(message_id.strip().strip("<>"), about=("mails", "rfc_index"))


def _existing(session: Session, ref: MailRef) -> MailsTable:
    row = session.get(MailsTable, (ref.account, ref.gmail_id))
    if row is None:
        raise missing("mail", ref.key)
    return row


def _precedes(row: MailsTable, other: MailsTable) -> bool:
    return (row.received_at, row.gmail_id) < (other.received_at, other.gmail_id)


def _ref(row: MailsTable) -> MailRef:
    return MailRef(account=AccountId(row.account), gmail_id=GmailId(row.gmail_id))


def _listed(row: MailsTable, vault: Vault) -> MailRow:
    try:
        return _row(row, vault)
    except SealBroken as broken:
        told = {"outcome": row.outcome, "task": row.task, "received_at": row.received_at}
        words = {"sender": "", "subject": CHANGED, "reason": broken.problem}
        return MailRow.model_validate(
            {"ref": _ref(row), "thread_id": row.thread_id, **told, **words}
        )


def _row(row: MailsTable, vault: Vault) -> MailRow:
    told = {"outcome": row.outcome, "task": row.task, "received_at": row.received_at}
    flags = tuple((row.flags or "").splitlines())
    words = {name: row.read(vault, name) for name in ("sender", "subject", "reason")}
    return MailRow.model_validate(
        {"ref": _ref(row), "thread_id": row.thread_id, "flags": flags, **told, **words}
    )
