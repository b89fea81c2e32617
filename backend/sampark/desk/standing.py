"""How the connected mailboxes stand, and what a person should look into.

Every alarm is judged from what the store holds just now: it is there as long as its cause, and no
longer. So the dashboard and `sampark doctor` say the same.
"""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta

from sampark.desk.views import Alarm, HeldLine, MailboxLine
from sampark.domain.base import AccountId
from sampark.storage.accounts import SILENCE
from sampark.storage.rows import AccountRow, TroubleRow
from sampark.storage.store import Store

STALE = timedelta(minutes=30)
"""A trouble of Gmail's hints that nobody met for so long is no news: nobody asks for them now."""

MISSED_FOR = timedelta(days=1)
"""How long it is told that mail had been missed."""

MOST_HELD = 30

_MEANWHILE = "Meanwhile mail is found by looking, every few minutes at the latest."
_GUIDE = "docs/connect-gmail.md, section 7."


def mailboxes(store: Store, running: Container[AccountId] = ()) -> list[AccountRow]:
    """Return the mailboxes that somebody connected, and of the sandbox's own those that run."""
    rows = store.accounts.all()
    return [row for row in rows if row.account in running or mailbox_line(row).state != "sandbox"]


def held(store: Store) -> list[HeldLine]:
    """Return the newest mails of ours that a person must look at, newest first."""
    return [_held_line(store, key) for key in store.outbox.held()[:MOST_HELD]]


def alarms(store: Store, now: datetime) -> list[Alarm]:
    """Return what a person should look into, the urgent first, whether or not the system runs."""
    return judged(mailboxes(store), store.troubles.all(), len(store.outbox.held()), now)


def mailbox_line(row: AccountRow) -> MailboxLine:
    """Return a mailbox as a line. One that nobody granted belongs to the sandbox."""
    return MailboxLine(
        address=row.account,
        state="sandbox" if row.state == "connected" and not row.scopes else row.state,
        read_at=row.read_at,
        watch_until=row.watch_expires_at,
        quota=row.quota,
    )


def judged(
    rows: Sequence[AccountRow],
    troubles: Iterable[TroubleRow],
    held_mails: int,
    now: datetime,
) -> list[Alarm]:
    """Judge what is known, without looking anything up.

    Args:
        rows: Every mailbox.
        troubles: Everything that is noted as wrong.
        held_mails: How many mails of ours failed, came back, or may be out or not.
        now: The present moment.
    """
    known = {(each.kind, each.account): each for each in troubles}
    connected = [row for row in rows if row.state == "connected"]
    found = [
        *(_lost(row) for row in rows if row.state == "reconnect needed"),
        *(_unread(row, known.get(("unread", row.account)), now) for row in connected),
        _held_alarm(held_mails),
        *(_watch(row, known.get(("watch", row.account)), now) for row in connected),
        _hints(known.get(("hints", "")), now) if connected else None,
        *(_missed(known.get(("missed", row.account)), now) for row in connected),
    ]
    return [alarm for alarm in found if alarm is not None]


def span(seconds: float) -> str:
    """Return a span of time in the unit that a person would use."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _lost(row: AccountRow) -> Alarm:
    return Alarm(
        kind="reconnect",
        title=f"{row.account} must be connected again.",
        detail="Google takes its grant no more: its mail is not read, and answers wait.",
        fix=f"Type: sampark connect --account {row.account}",
        since=row.read_at,
    )


def _unread(row: AccountRow, why: TroubleRow | None, now: datetime) -> Alarm | None:
    last = max(filter(None, (row.read_at, row.connected_at, row.added_at)))
    if now - last < SILENCE:
        return None
    return Alarm(
        kind="unread",
        title=f"{row.account} has not been read for {span((now - last).total_seconds())}.",
        detail=why.problem if why is not None else "Nobody says why.",
        fix="Check that sampark serve runs, and what sampark doctor says. It is tried all the time.",
        since=last,
    )


def _held_alarm(mails: int) -> Alarm | None:
    if not mails:
        return None
    return Alarm(
        kind="held",
        title=f"{mails} mails of ours need a person."
        if mails > 1
        else "1 mail of ours needs a person.",
        detail="It was refused, it came back, or Gmail did not say whether it is out: nothing is sent again.",
        fix="Look at its task and into the Sent folder, then say on the dashboard that you have seen to it.",
    )


def _watch(row: AccountRow, why: TroubleRow | None, now: datetime) -> Alarm | None:
    if why is None or now - why.at > STALE:
        return None
    until = row.watch_expires_at
    lasts = until is not None and until > now
    when = f" It tells until {until:%d %b, %H:%M} UTC." if until is not None and lasts else ""
    return Alarm(
        kind="watch",
        title=f"Gmail will not tell of new mail in {row.account}.",
        detail=f"{why.problem}{when} {_MEANWHILE}",
        fix=f"Check the topic and who may publish to it: {_GUIDE}",
        since=why.since,
        urgent=False,
    )


def _hints(why: TroubleRow | None, now: datetime) -> Alarm | None:
    if why is None or now - why.at > STALE:
        return None
    return Alarm(
        kind="hints",
        title="What Gmail tells of new mail cannot be fetched.",
        detail=f"{why.problem} {_MEANWHILE}",
        fix=f"Check the subscription, and that a mailbox may pull it (sampark connect --pubsub): {_GUIDE}",
        since=why.since,
        urgent=False,
    )


def _missed(found: TroubleRow | None, now: datetime) -> Alarm | None:
    if found is None or now - found.at > MISSED_FOR:
        return None
    mails = "1 mail" if found.problem == "1" else f"{found.problem} mails"
    return Alarm(
        kind="missed",
        title=f"{mails} of {found.account} had been missed.",
        detail="A look through the last two days found what Gmail's history had not told of, and it was taken in.",
        fix="Nothing is to be done now. Should it come again, send the log with a report.",
        since=found.at,
        urgent=False,
    )


def _held_line(store: Store, key: str) -> HeldLine:
    row = store.outbox.get(key)
    subject = "" if row.task is None else store.tasks.row(row.task).subject
    return HeldLine(key=key, task=row.task, subject=subject, state=row.state, reason=row.reason)
