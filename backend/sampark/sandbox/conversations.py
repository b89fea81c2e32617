"""Which thread a mail belongs to, on the sender's side and on the receiver's.

The rules are those of the Gmail API guide, "Managing threads": a sent mail joins the thread it
names when its References or In-Reply-To follow RFC 2822 and its Subject matches; an arriving mail
joins by References or In-Reply-To and the same Subject.
"""

import re

from sampark.sandbox.headers import Block, decode_words, message_ids
from sampark.sandbox.store import Mailbox

_PREFIX = re.compile(
    r"^\s*(?:re|fwd?|aw|wg|sv|vs|vb|antw|odp|rif|res|enc|tr|rv|ynt|回复|答复|转发)"
    r"\s*(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
_MOST_REFERENCES = 200


def base_subject(subject: str) -> str:
    """Return the subject without its reply and forward prefixes, spaces and case folded."""
    rest = subject[:2_000]
    while found := _PREFIX.match(rest):
        rest = rest[found.end() :]
    return " ".join(rest.split()).casefold()


def references(block: Block) -> list[str]:
    """Return the ids a mail answers to, nearest first: In-Reply-To, then References reversed."""
    chain = message_ids(block.value("References"))[-_MOST_REFERENCES:]
    nearest = message_ids(block.value("In-Reply-To"))[:_MOST_REFERENCES]
    return list(dict.fromkeys([*nearest, *reversed(chain)]))


def named_thread(box: Mailbox, block: Block, thread_id: str, *, leaving: int = 0) -> str | None:
    """Return the thread a sender names if the mail may join it, else None: a thread of its own.

    `leaving` is the seq of a draft's former message, which no longer counts.
    """
    sql = (
        "SELECT rfc_id, base_subject FROM messages WHERE account = ? AND thread_id = ? AND seq <> ?"
    )
    rows = box.db.execute(sql, (box.account, thread_id, leaving)).fetchall()
    subject = base_subject(decode_words(block.value("Subject")))
    ids = {row[0] for row in rows if row[0]}
    joins = any(row[1] == subject for row in rows) and bool(ids.intersection(references(block)))
    return thread_id if joins else None


def arriving_thread(box: Mailbox, block: Block) -> str | None:
    """Return the thread an arriving mail joins, or None: it begins one."""
    subject = base_subject(decode_words(block.value("Subject")))
    sql = (
        "SELECT thread_id FROM messages WHERE account = ? AND rfc_id = ? AND base_subject = ? "
        "ORDER BY seq DESC LIMIT 1"
    )
    for rfc_id in references(block):
        found = box.db.execute(sql, (box.account, rfc_id, subject)).fetchone()
        if found:
            return str(found[0])
    return None
