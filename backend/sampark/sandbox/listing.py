"""Lists of messages and threads: filtered by labels and a search, newest first, in pages."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from sampark.sandbox.labels import require
from sampark.sandbox.matching import Condition, condition_of, has_label, joined, names_spam_or_trash
from sampark.sandbox.problems import invalid
from sampark.sandbox.search import read_query
from sampark.sandbox.store import Mailbox

_MOST_COUNTED = 201
"""Where the estimate of results stops counting; Gmail's own estimate is not exact either."""


@dataclass(frozen=True)
class Wanted:
    """What a list request asks for; `limit` is the page size."""

    search: str
    labels: Sequence[str]
    spam_and_trash: bool
    limit: int
    page: str


@dataclass(frozen=True)
class Page:
    """Ids in order, newest first; the token of the next page, or ""; and the estimated total."""

    ids: tuple[str, ...]
    next_page: str
    estimate: int


def messages(box: Mailbox, wanted: Wanted) -> Page:
    """Return one page of message ids."""
    where = _condition(box, wanted)
    sql = (
        f"SELECT m.id, m.internal_date, m.seq FROM messages m WHERE {where.sql} "  # noqa: S608
        "AND (m.internal_date, m.seq) < (?, ?) "
        "ORDER BY m.internal_date DESC, m.seq DESC LIMIT ?"
    )
    rows = _rows(box, wanted, sql, where)
    return _page(box, wanted, where, rows, "m.seq")


def threads(box: Mailbox, wanted: Wanted) -> Page:
    """Return one page of thread ids: those with a matching message, by their newest match."""
    where = _condition(box, wanted)
    sql = (
        "SELECT m.thread_id, max(m.internal_date) AS newest, max(m.seq) AS last "  # noqa: S608
        f"FROM messages m WHERE {where.sql} GROUP BY m.thread_id "
        "HAVING (newest, last) < (?, ?) ORDER BY newest DESC, last DESC LIMIT ?"
    )
    rows = _rows(box, wanted, sql, where)
    return _page(box, wanted, where, rows, "DISTINCT m.thread_id")


def _condition(box: Mailbox, wanted: Wanted) -> Condition:
    require(box, wanted.labels, by_hand=False)
    query = read_query(wanted.search)
    conditions = [Condition("m.account = ?", (box.account,))]
    conditions += [has_label(label) for label in wanted.labels]
    conditions.append(condition_of(box, query))
    named = {"SPAM", "TRASH"}.intersection(wanted.labels) or names_spam_or_trash(query)
    if not (wanted.spam_and_trash or named):
        for label in ("SPAM", "TRASH"):
            bears = has_label(label)
            conditions.append(Condition(f"NOT {bears.sql}", bears.values))
    return joined(" AND ", conditions) or Condition("1")


def _rows(box: Mailbox, wanted: Wanted, sql: str, where: Condition) -> list[tuple[str, int, int]]:
    """Return one row more than the page holds, to know whether another page follows."""
    values = (*where.values, *_start(wanted.page), wanted.limit + 1)
    return box.db.execute(sql, values).fetchall()


def _page(
    box: Mailbox,
    wanted: Wanted,
    where: Condition,
    rows: list[tuple[str, int, int]],
    counted: str,
) -> Page:
    sql = (
        f"SELECT count(*) FROM (SELECT {counted} FROM messages m "  # noqa: S608 - our own words
        f"WHERE {where.sql} LIMIT {_MOST_COUNTED})"
    )
    estimate = int(box.db.execute(sql, where.values).fetchone()[0])
    shown = rows[: wanted.limit]
    token = _token(*shown[-1][1:]) if len(rows) > wanted.limit else ""
    return Page(tuple(row[0] for row in shown), token, estimate)


def _token(internal_date: int, seq: int) -> str:
    return base64.urlsafe_b64encode(f"{internal_date}.{seq}".encode()).decode().rstrip("=")


def _start(token: str) -> tuple[int, int]:
    """Return the (date, seq) below which a page begins; 400 for a token that is not ours."""
    if not token:
        return (2**62, 2**62)
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
        internal_date, seq = (int(number) for number in text[:40].split("."))
    except (binascii.Error, ValueError) as error:
        raise invalid("Invalid pageToken") from error
    if max(abs(internal_date), abs(seq)) > 2**62:
        raise invalid("Invalid pageToken")
    return internal_date, seq
