"""A search as an SQL condition over a mailbox's messages."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sampark.sandbox.headers import is_address
from sampark.sandbox.labels import id_of_name
from sampark.sandbox.search import And, Near, Not, Or, Query, Term, terms
from sampark.sandbox.store import Mailbox

_PACIFIC = "America/Los_Angeles"
"""Dates in a search are midnight in Pacific time (Gmail API guide, "Searching for messages")."""

_COLUMNS: Mapping[str, str] = {
    "from": "sender",
    "to": "receivers cc bcc",
    "cc": "cc",
    "bcc": "bcc",
    "subject": "subject",
    "list": "list",
    "filename": "files",
}
_FOLDERS: Mapping[str, str] = {
    "drafts": "DRAFT",
    "draft": "DRAFT",
    "bin": "TRASH",
    "chats": "CHAT",
    "chat": "CHAT",
}
_DAYS: Mapping[str, int] = {"d": 1, "w": 7, "m": 30, "y": 365}
_UNITS: Mapping[str, int] = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_TOKENS = re.compile(r"\w", re.UNICODE)


@dataclass(frozen=True)
class Condition:
    """A piece of SQL over `messages m`, and the values of its question marks."""

    sql: str
    values: tuple[str | int, ...] = ()


_ALWAYS = Condition("1")
_NEVER = Condition("0")


def condition_of(box: Mailbox, query: Query) -> Condition:
    """Return the condition under which a message of the mailbox matches the search."""
    match query:
        case Term():
            return _term(box, query)
        case Near(left, right, within):
            return _near(left, right, within)
        case Not(inner):
            found = condition_of(box, inner)
            return Condition(f"NOT {found.sql}", found.values)
        case And(inner):
            return joined(" AND ", [condition_of(box, part) for part in inner]) or _ALWAYS
        case Or(inner):
            return joined(" OR ", [condition_of(box, part) for part in inner]) or _ALWAYS


def joined(word: str, conditions: list[Condition]) -> Condition | None:
    """Return conditions joined by a word of SQL, or None when there are none."""
    if not conditions:
        return None
    values = tuple(value for condition in conditions for value in condition.values)
    return Condition(f"({word.join(condition.sql for condition in conditions)})", values)


def has_label(label: str) -> Condition:
    """Return the condition that a message bears a label."""
    sql = "EXISTS (SELECT 1 FROM message_labels l WHERE l.message = m.seq AND l.label = ?)"
    return Condition(sql, (label,))


def names_spam_or_trash(query: Query) -> bool:
    """Tell whether a search asks for spam or trash, which are left out otherwise."""
    wanted = {"spam", "trash", "bin", "anywhere"}
    return any(
        term.field in ("in", "label", "is") and term.value.lower() in wanted
        for term in terms(query)
    )


def _term(box: Mailbox, term: Term) -> Condition:
    rule = _RULES.get(term.field)
    if rule is not None:
        return rule(box, term.value)
    if term.field in _COLUMNS:
        return _person_or_words(box, term)
    written = f"{term.field}:{term.value}" if term.field else term.value
    return _words("", written)


def _person_or_words(box: Mailbox, term: Term) -> Condition:
    columns = _COLUMNS[term.field]
    value = box.account if term.value.lower() == "me" else term.value
    address = value.strip("<>*").lower()
    if term.field in ("from", "to", "cc", "bcc") and is_address(address):
        sql = (
            "m.seq IN (SELECT message FROM addresses WHERE address = ? "
            "AND instr(?, ' ' || field || ' '))"
        )
        return Condition(sql, (address, f" {columns} "))
    return _words(columns, value)


def _words(columns: str, text: str) -> Condition:
    """Match the text's words in their order, whole and in any case; no word matches all mail."""
    if not _TOKENS.search(text):
        return _ALWAYS
    phrase = _phrase(text)
    match = f"{{{columns}}} : {phrase}" if columns else phrase
    return Condition("m.seq IN (SELECT rowid FROM words WHERE words MATCH ?)", (match,))


def _near(left: str, right: str, within: int) -> Condition:
    if not (_TOKENS.search(left) and _TOKENS.search(right)):
        return _ALWAYS
    match = f"NEAR({_phrase(left)} {_phrase(right)}, {within})"
    return Condition("m.seq IN (SELECT rowid FROM words WHERE words MATCH ?)", (match,))


def _phrase(text: str) -> str:
    return '"{}"'.format(text.replace('"', " ").replace("\x00", " "))


def _label(box: Mailbox, value: str) -> Condition:
    label = id_of_name(box, value)
    return _NEVER if label is None else has_label(label)


def _inside(box: Mailbox, value: str) -> Condition:
    name = value.lower()
    if name == "archive":
        bears = [has_label(label) for label in ("INBOX", "SENT", "DRAFT", "SPAM", "TRASH")]
        found = joined(" OR ", bears) or _NEVER
        return Condition(f"NOT {found.sql}", found.values)
    if name == "anywhere":
        return _ALWAYS
    return has_label(_FOLDERS[name]) if name in _FOLDERS else _state(box, name)


def _state(box: Mailbox, value: str) -> Condition:
    name = value.lower()
    if name == "read":
        unread = has_label("UNREAD")
        return Condition(f"NOT {unread.sql}", unread.values)
    return _label(box, _FOLDERS.get(name, name))


def _category(_: Mailbox, value: str) -> Condition:
    name = "PERSONAL" if value.lower() == "primary" else value.upper()
    return has_label(f"CATEGORY_{name}")


def _has(_: Mailbox, value: str) -> Condition:
    user = "EXISTS (SELECT 1 FROM message_labels l WHERE l.message = m.seq AND l.label GLOB ?)"
    match value.lower():
        case "attachment":
            return Condition("m.has_attachment")
        case "yellow-star":
            return has_label("STARRED")
        case "userlabels":
            return Condition(user, ("Label_*",))
        case "nouserlabels":
            return Condition(f"NOT {user}", ("Label_*",))
        case _:
            return _NEVER


def _delivered(_: Mailbox, value: str) -> Condition:
    sql = "m.seq IN (SELECT message FROM addresses WHERE address = ? AND field = 'delivered')"
    return Condition(sql, (value.strip("<>").lower(),))


def _message_id(_: Mailbox, value: str) -> Condition:
    return Condition("m.rfc_id = ?", (value.strip("<>"),))


def _since(_: Mailbox, value: str) -> Condition:
    moment = _moment(value)
    return _NEVER if moment is None else Condition("m.internal_date >= ?", (moment,))


def _until(_: Mailbox, value: str) -> Condition:
    moment = _moment(value)
    return _NEVER if moment is None else Condition("m.internal_date < ?", (moment,))


def _newer(box: Mailbox, value: str) -> Condition:
    moment = _ago(box, value)
    return _NEVER if moment is None else Condition("m.internal_date >= ?", (moment,))


def _older(box: Mailbox, value: str) -> Condition:
    moment = _ago(box, value)
    return _NEVER if moment is None else Condition("m.internal_date < ?", (moment,))


def _larger(_: Mailbox, value: str) -> Condition:
    size = _bytes(value)
    return _NEVER if size is None else Condition("m.size >= ?", (size,))


def _smaller(_: Mailbox, value: str) -> Condition:
    size = _bytes(value)
    return _NEVER if size is None else Condition("m.size < ?", (size,))


def _moment(value: str) -> int | None:
    """Return a date (2026/11/23, 2026-11-23, 11/23/2026) or epoch seconds as milliseconds."""
    if re.fullmatch(r"\d{5,12}", value):
        return int(value) * 1000
    numbers = re.fullmatch(r"(\d{1,4})[/-](\d{1,2})[/-](\d{1,4})", value)
    if not numbers:
        return None
    first, second, third = (int(number) for number in numbers.groups())
    year, month, day = (third, first, second) if third > 31 else (first, second, third)
    try:
        midnight = datetime.combine(date(year, month, day), time(), ZoneInfo(_PACIFIC))
        return int(midnight.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _ago(box: Mailbox, value: str) -> int | None:
    found = re.fullmatch(r"(\d{1,5})([dwmyh])", value.lower())
    if not found:
        return None
    count, unit = int(found[1]), found[2]
    span = timedelta(hours=count) if unit == "h" else timedelta(days=count * _DAYS[unit])
    # Far enough back is the beginning of time, not an error.
    start = datetime(1970, 1, 1, tzinfo=UTC)
    return int(max(box.now.timestamp() - span.total_seconds(), start.timestamp()) * 1000)


def _bytes(value: str) -> int | None:
    found = re.fullmatch(r"(\d{1,12})([kmg]?)b?", value.lower())
    return int(found[1]) * _UNITS[found[2]] if found else None


_RULES: Mapping[str, Callable[[Mailbox, str], Condition]] = {
    "label": _label,
    "in": _inside,
    "is": _state,
    "category": _category,
    "has": _has,
    "rfc822msgid": _message_id,
    "deliveredto": _delivered,
    "after": _since,
    "newer": _since,
    "before": _until,
    "older": _until,
    "newer_than": _newer,
    "older_than": _older,
    "larger": _larger,
    "size": _larger,
    "smaller": _smaller,
}
