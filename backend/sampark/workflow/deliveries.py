"""What servers report about mails of ours that they could not deliver."""

from sampark.domain.base import AccountId
from sampark.domain.mail import Message
from sampark.mailbox import mime, reports
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
    who = _who(report, row)
    if report.outcome == "delivered":
        return "It reports that a mail of ours arrived."
    if report.outcome == "delayed":
        if row.state == "sent":
            store.events.add(row.task, "delivery.delayed", {"key": row.key})
        return f"It reports that a mail of ours is delayed{code}{who}."
    again = "for good" if report.permanent else "for a passing reason"
    reason = f"The receiving server refused it {again}{code}{who}."
    if row.state in {"sent", "unknown"}:
        store.outbox.bounced(row.key, reason)
    elif row.state == "bounced" and who and who not in row.reason:
        # Each server reports its own recipients.
        store.outbox.bounced(row.key, f"{row.reason} {reason}")
    return f"It reports that a mail of ours was not delivered{who}, {again}{code}."


def _who(report: DeliveryReport, row: OutboxRow) -> str:
    """Which of several recipients it is about. Only our own mail names them, never the report."""
    ours = mime.parse(row.mime)
    addressed = [address.email for address in (*ours.to, *ours.cc)]
    told = {each.recipient.lower() for each in report.of(report.outcome)}
    named = [email for email in addressed if email.lower() in told]
    return f" for {', '.join(named)}" if named and len(addressed) > 1 else ""


def _ours(account: AccountId, report: DeliveryReport, store: Store) -> OutboxRow | None:
    marked = store.outbox.find(report.key) if report.key else None
    if marked is not None and marked.account == account:
        return marked
    found = (store.outbox.by_message_id(account, each) for each in report.message_ids)
    return next((row for row in found if row is not None), None)
