"""Drafts: a stable id over a message that is replaced at every update and consumed by sending."""

from dataclasses import dataclass
from email.utils import format_datetime

from sampark.sandbox import mail
from sampark.sandbox.conversations import base_subject, named_thread
from sampark.sandbox.headers import Block, decode_words, read_block
from sampark.sandbox.mail import Placing, Stored
from sampark.sandbox.post import completed, send
from sampark.sandbox.problems import not_found
from sampark.sandbox.store import Mailbox

_ID_STRIDE = 7_046_029_254_386_353


@dataclass(frozen=True)
class Draft:
    """A draft's id and its present message."""

    id: str
    message: Stored


def create(box: Mailbox, raw: bytes, thread_id: str | None) -> Draft:
    """Keep a mail as a draft; it joins `thread_id` under the rules of a sent mail."""
    block = completed(box, raw)
    joined = named_thread(box, block, mail.checked_id(thread_id)) if thread_id else None
    return adopt(box, mail.add(box, block.to_bytes(), Placing(["DRAFT"], joined)))


def adopt(box: Mailbox, message: Stored) -> Draft:
    """Make a message that bears the label DRAFT a draft."""
    draft_id = f"r{box.next_number('draft') * _ID_STRIDE}"
    box.db.execute("INSERT INTO drafts VALUES (?, ?, ?)", (draft_id, box.account, message.seq))
    return Draft(draft_id, message)


def find(box: Mailbox, draft_id: str) -> Draft:
    """Return the draft of that id; 404 when it was sent, deleted, or never was."""
    sql = (
        mail.SELECT + "FROM drafts d JOIN messages m ON m.seq = d.message "
        "WHERE d.id = ? AND d.account = ?"
    )
    row = box.db.execute(sql, (draft_id, box.account)).fetchone()
    if row is None:
        raise not_found()
    return Draft(draft_id, Stored(*row))


def id_of(box: Mailbox, message: Stored) -> str:
    """Return the id of the draft a message stands for; 404 if it is no draft's."""
    sql = "SELECT id FROM drafts WHERE message = ?"
    row = box.db.execute(sql, (message.seq,)).fetchone()
    if row is None:
        raise not_found()
    return str(row[0])


def update(box: Mailbox, draft_id: str, raw: bytes, thread_id: str | None) -> Draft:
    """Replace a draft's mail: the draft id stays, the message id is new."""
    former = find(box, draft_id).message
    block = completed(box, raw)
    wanted = mail.checked_id(thread_id) if thread_id else former.thread_id
    joined = _thread_after_update(box, block, former, wanted)
    message = mail.add(box, block.to_bytes(), Placing(["DRAFT"], joined))
    # The row is moved first: removing the former message takes its draft with it.
    box.db.execute("UPDATE drafts SET message = ? WHERE id = ?", (message.seq, draft_id))
    mail.remove(box, former)
    return Draft(draft_id, message)


def send_draft(box: Mailbox, draft_id: str) -> Stored:
    """Send a draft: it is consumed, and the sent mail has a new message id in the same thread."""
    draft = find(box, draft_id)
    block = read_block(mail.raw_of(box, draft.message)).put("Date", format_datetime(box.now))
    sent = send(box, block.to_bytes(), draft.message.thread_id, in_thread=True)
    mail.remove(box, draft.message)
    return sent


def delete(box: Mailbox, draft_id: str) -> None:
    """Delete a draft and its message for ever."""
    mail.remove(box, find(box, draft_id).message)


def _thread_after_update(box: Mailbox, block: Block, former: Stored, wanted: str) -> str | None:
    """Keep the thread while the rules hold; a lone draft keeps its own with its subject."""
    if wanted == former.thread_id and _is_alone(box, former):
        sql = "SELECT base_subject FROM messages WHERE seq = ?"
        subject = box.db.execute(sql, (former.seq,)).fetchone()[0]
        same = base_subject(decode_words(block.value("Subject"))) == subject
        return wanted if same else None
    return named_thread(box, block, wanted, leaving=former.seq)


def _is_alone(box: Mailbox, message: Stored) -> bool:
    return len(mail.in_thread(box, message.thread_id)) == 1
