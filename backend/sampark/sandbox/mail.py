"""Messages in a mailbox: adding, finding, relabelling and removing them, with their history."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sampark.sandbox.history import Event, record
from sampark.sandbox.indexing import read_entry
from sampark.sandbox.labels import require
from sampark.sandbox.mime import read_mail
from sampark.sandbox.problems import invalid, not_found
from sampark.sandbox.store import Mailbox

SELECT = "SELECT m.seq, m.id, m.thread_id, m.history_id, m.internal_date, m.size, m.snippet "
"""The columns of a `Stored`; what follows is FROM, with `messages m` in it."""

_GMAIL_ID = re.compile(r"[0-9a-f]{1,16}")
_FOLDERS = frozenset({"INBOX", "SPAM", "TRASH"})


@dataclass(frozen=True)
class Stored:
    """A message of a mailbox without its bytes; `internal_date` is in milliseconds UTC."""

    seq: int
    id: str
    thread_id: str
    history_id: int
    internal_date: int
    size: int
    snippet: str


@dataclass(frozen=True)
class Placing:
    """Where a new message goes: its labels, its thread (None begins one), and its date."""

    labels: Sequence[str]
    thread_id: str | None = None
    at: datetime | None = None


def add(box: Mailbox, raw: bytes, placing: Placing) -> Stored:
    """Put a mail into the mailbox, index it, and record that it was added."""
    entry = read_entry(read_mail(raw))
    gmail_id = box.next_gmail_id()
    thread_id = placing.thread_id or gmail_id
    labels = list(dict.fromkeys(placing.labels))
    number = record(box, Event("messageAdded", gmail_id, thread_id, labels))
    date = int((placing.at or box.now).timestamp() * 1000)
    values = (
        *(box.account, gmail_id, thread_id, number, date, len(raw)),
        *(entry.snippet, entry.rfc_id, entry.base_subject, entry.has_attachment),
    )
    sql = "INSERT INTO messages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq"
    seq = int(box.db.execute(sql, values).fetchone()[0])
    box.db.execute("INSERT INTO contents VALUES (?, ?)", (seq, raw))
    _put_labels(box, seq, labels)
    box.db.executemany(
        "INSERT INTO addresses VALUES (?, ?, ?)", [(seq, *pair) for pair in entry.addresses]
    )
    box.db.execute(
        "INSERT INTO words (rowid, sender, receivers, cc, bcc, subject, list, files, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (seq, *entry.columns),
    )
    return Stored(seq, gmail_id, thread_id, number, date, len(raw), entry.snippet)


def find(box: Mailbox, gmail_id: str) -> Stored:
    """Return the message of that id; 400 for what is no id, 404 for one that is not there."""
    sql = SELECT + "FROM messages m WHERE m.id = ? AND m.account = ?"
    row = box.db.execute(sql, (checked_id(gmail_id), box.account)).fetchone()
    if row is None:
        raise not_found()
    return Stored(*row)


def in_thread(box: Mailbox, thread_id: str) -> list[Stored]:
    """Return a thread's messages, oldest first; 400 for what is no id, 404 when there are none."""
    sql = (
        SELECT + "FROM messages m WHERE m.account = ? AND m.thread_id = ? "
        "ORDER BY m.internal_date, m.seq"
    )
    rows = box.db.execute(sql, (box.account, checked_id(thread_id))).fetchall()
    if not rows:
        raise not_found()
    return [Stored(*row) for row in rows]


def labelled_with(box: Mailbox, label: str) -> list[Stored]:
    """Return every message that bears a label."""
    sql = (
        SELECT + "FROM message_labels l JOIN messages m ON m.seq = l.message "
        "WHERE l.account = ? AND l.label = ?"
    )
    return [Stored(*row) for row in box.db.execute(sql, (box.account, label)).fetchall()]


def checked_id(gmail_id: str) -> str:
    """Return the id in lower case, or refuse with 400 what cannot be one."""
    wanted = gmail_id.lower()
    if not _GMAIL_ID.fullmatch(wanted):
        raise invalid("Invalid id value")
    return wanted


def raw_of(box: Mailbox, message: Stored) -> bytes:
    """Return a message's bytes as they are stored."""
    sql = "SELECT raw FROM contents WHERE message = ?"
    return bytes(box.db.execute(sql, (message.seq,)).fetchone()[0])


def labels_of(box: Mailbox, message: Stored) -> list[str]:
    """Return a message's label ids in the order they were put on."""
    sql = "SELECT label FROM message_labels WHERE message = ? ORDER BY place"
    return [row[0] for row in box.db.execute(sql, (message.seq,))]


def relabel(
    box: Mailbox, message: Stored, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> list[str]:
    """Put labels on and take labels off, recording what really changed; returns the labels.

    A message put into TRASH or SPAM leaves the other two of INBOX, SPAM and TRASH.
    """
    before = labels_of(box, message)
    added = [label for label in dict.fromkeys(add) if label not in before]
    unwanted = set(remove)
    for folder in ("TRASH", "SPAM"):
        if folder in added:
            unwanted |= _FOLDERS - {folder}
    removed = [label for label in before if label in unwanted and label not in added]
    added = [label for label in added if label not in unwanted]
    box.db.executemany(
        "DELETE FROM message_labels WHERE message = ? AND label = ?",
        [(message.seq, label) for label in removed],
    )
    _put_labels(box, message.seq, added)
    after = labels_of(box, message)
    if added:
        _changed(box, message, Event("labelAdded", message.id, message.thread_id, after, added))
    if removed:
        _changed(box, message, Event("labelRemoved", message.id, message.thread_id, after, removed))
    return after


def relabel_by_hand(
    box: Mailbox, messages: Iterable[Stored], add: Sequence[str], remove: Sequence[str]
) -> None:
    """Relabel as a client asks; 400 for no label, unknown labels and those only Gmail sets."""
    if not add and not remove:
        raise invalid("No label add or removes specified")
    require(box, (*add, *remove), by_hand=True)
    for message in messages:
        relabel(box, message, add=add, remove=remove)


def remove(box: Mailbox, message: Stored) -> None:
    """Delete a message for ever, its draft with it, and record that it is gone."""
    labels = labels_of(box, message)
    for table, key in (
        ("contents", "message"),
        ("message_labels", "message"),
        ("addresses", "message"),
        ("drafts", "message"),
        ("words", "rowid"),
        ("messages", "seq"),
    ):
        sql = f"DELETE FROM {table} WHERE {key} = ?"  # noqa: S608 - the names stand above
        box.db.execute(sql, (message.seq,))
    record(box, Event("messageDeleted", message.id, message.thread_id, labels))


def _put_labels(box: Mailbox, seq: int, labels: Iterable[str]) -> None:
    box.db.executemany(
        "INSERT INTO message_labels (message, account, label) VALUES (?, ?, ?)",
        [(seq, box.account, label) for label in labels],
    )


def _changed(box: Mailbox, message: Stored, event: Event) -> None:
    number = record(box, event)
    box.db.execute("UPDATE messages SET history_id = ? WHERE seq = ?", (number, message.seq))
