"""What servers report about mails of ours that they could not deliver."""

from sampark.domain.base import AccountId
from sampark.domain.mail import Message
from sampark.mailbox import reports
from sampark.mailbox.reports import DeliveryReport
from sampark.storage.rows import OutboxRow
from sampark.storage.store import Store


def note(account: AccountId, message: Message, store: Store) -> str | None:
    """Mark our mail as bounced if that is what a mail reports; return the reason to keep, or None.

    Safe to repeat. A report counts only if it names a mail of ours by its marker or its Message-ID,
    which nobody knows but who got it.
    """
    report = reports.read(message)
    row = None if report is None else _ours(account, report, store)
    if report is None or row is None:
        return None
    code = f" ({report.status})" if report.status else ""
    if report.outcome == "delivered":
        return "It reports that a mail of ours arrived."
    if report.outcome == "delayed":
        if row.state == "sent":
            store.events.add(row.task, "delivery.delayed", {"key": row.key})
        return f"It reports that a mail of ours is delayed{code}."
    again = "for good" if report.permanent else "for a passing reason"
    if row.state in {"sent", "unknown"}:
        store.outbox.bounced(row.key, f"The receiving server refused it {again}{code}.")
    return f"It reports that a mail of ours was not delivered, {again}{code}."


def _ours(account: AccountId, report: DeliveryReport, store: Store) -> OutboxRow | None:
    marked = store.outbox.find(report.key) if report.key else None
    if marked is not None and marked.account == account:
        return marked
    found = (store.outbox.by_message_id(account, each) for each in report.message_ids)
    return next((row for row in found if row is not None), None)
