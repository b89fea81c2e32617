"""The post: mail sent by an account reaches the others, and mail from outside reaches one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sampark.sandbox import mail
from sampark.sandbox.conversations import arriving_thread, named_thread
from sampark.sandbox.headers import Block, addresses, read_block
from sampark.sandbox.problems import invalid
from sampark.sandbox.stamps import Arrival, Dmarc, Sender, arrived, outgoing, relayed
from sampark.sandbox.store import Mailbox

_RECIPIENT_FIELDS = ("To", "Cc", "Bcc")


@dataclass(frozen=True)
class Undelivered:
    """A recipient outside the sandbox: the mail stands in the sender's SENT and goes no further."""

    account: str
    gmail_id: str
    recipient: str


def send(
    box: Mailbox, raw: bytes, thread_id: str | None, *, in_thread: bool = False
) -> mail.Stored:
    """Send a mail from the box's account and deliver it to every recipient in the sandbox.

    The sender keeps one copy in SENT, with Bcc. Every other account gets its own copy in INBOX,
    unread, without Bcc. A sender among the recipients has one message that is in both. The mail
    joins `thread_id` if it may; with `in_thread` it already has its place there, as a draft.

    Raises:
        ApiProblem: 400 when a To is malformed or no recipient is named.
    """
    block = completed(box, raw)
    recipients = _recipients(block)
    if not recipients:
        raise invalid("Recipient address required")
    block = relayed(block, box.now)
    homes = {address: account_at(box, address) for address in recipients}
    joined = thread_id
    if thread_id and not in_thread:
        joined = named_thread(box, block, mail.checked_id(thread_id))
    sent = _keep_copy(box, block, joined, to_self=box.account in homes.values())
    mail_from = addresses(block.value("From"))[0][1]
    for account in dict.fromkeys(home for home in homes.values() if home and home != box.account):
        _arrive(box.beside(account), block.without("Bcc"), account, mail_from, "pass")
    box.db.executemany(
        "INSERT INTO undeliverable (account, gmail_id, recipient) VALUES (?, ?, ?)",
        [(box.account, sent.id, address) for address, home in homes.items() if not home],
    )
    return sent


def receive(box: Mailbox, raw: bytes, *, dmarc: Dmarc, mail_from: str | None) -> mail.Stored:
    """Take in a mail from outside the sandbox, whatever its bytes; the box's account gets it.

    Without `mail_from` the envelope sender is the From; "" is the empty one of a bounce.
    """
    block = read_block(raw)
    if mail_from is None:
        senders = addresses(block.value("From"))
        mail_from = senders[0][1] if senders else ""
    return _arrive(box, block, box.account, mail_from, dmarc)


def completed(box: Mailbox, raw: bytes) -> Block:
    """Return a mail with the header fields Gmail completes for the box's account."""
    sender = Sender(box.account, send_as(box))
    number = box.next_number("sent")
    return outgoing(
        read_block(raw), sender, at=box.now, number=number, new_id=box.rewrite_message_ids
    )


def send_as(box: Mailbox) -> dict[str, str]:
    """Return each address the account may send as, itself first, with its display name."""
    rows = box.db.execute(
        "SELECT email, display_name FROM aliases WHERE account = ? ORDER BY rowid", (box.account,)
    )
    return {box.account: "", **dict(rows)}


def account_at(box: Mailbox, address: str) -> str | None:
    """Return the account that receives mail for an address: itself, an alias, or name+tag@."""
    local, _, domain = address.lower().partition("@")
    for candidate in (address.lower(), f"{local.partition('+')[0]}@{domain}"):
        sql = (
            "SELECT email FROM accounts WHERE email = :address "
            "UNION SELECT account FROM aliases WHERE email = :address"
        )
        found = box.db.execute(sql, {"address": candidate}).fetchone()
        if found:
            return str(found[0])
    return None


def undelivered(box: Mailbox) -> list[Undelivered]:
    """Return every recipient outside the sandbox that any account has written to, oldest first."""
    rows = box.db.execute("SELECT account, gmail_id, recipient FROM undeliverable ORDER BY place")
    return [Undelivered(*row) for row in rows]


def _keep_copy(box: Mailbox, block: Block, thread_id: str | None, *, to_self: bool) -> mail.Stored:
    labels = ["UNREAD", "SENT", "INBOX"] if to_self else ["SENT"]
    if to_self:
        mail_from = addresses(block.value("From"))[0][1]
        block = arrived(block, _arrival(box, box.account, mail_from, "pass"))
    return mail.add(box, block.to_bytes(), mail.Placing(labels, thread_id))


def _arrive(box: Mailbox, block: Block, to: str, mail_from: str, dmarc: Dmarc) -> mail.Stored:
    stamped = arrived(block, _arrival(box, to, mail_from, dmarc))
    thread_id = arriving_thread(box, stamped)
    return mail.add(box, stamped.to_bytes(), mail.Placing(["UNREAD", "INBOX"], thread_id))


def _arrival(box: Mailbox, to: str, mail_from: str, dmarc: Dmarc) -> Arrival:
    return Arrival(to, mail_from, dmarc, box.now, box.next_number("arrived"))


def _recipients(block: Block) -> Sequence[str]:
    """Return the addresses of To, Cc and Bcc, each once; 400 for a field without a valid one."""
    found: dict[str, None] = {}
    for name in _RECIPIENT_FIELDS:
        for field in block.all(name):
            people = addresses(field.value)
            if field.value and not people and not field.value.rstrip().endswith((":;", ";")):
                raise invalid(f"Invalid {name} header")
            found |= dict.fromkeys(address for _, address in people)
    return list(found)
