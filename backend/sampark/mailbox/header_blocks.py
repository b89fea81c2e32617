"""Header blocks: the From / Sent / To / Subject lines above a mail that is quoted or forwarded."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sampark.mailbox import languages
from sampark.mailbox.attribution import has_address, has_date, has_time, is_name
from sampark.mailbox.lines import LOOK, Line, plain

_NAMED = re.compile(r"[\s>|*_-]{0,4}([^\W\d_][^:|<>@]{0,28}?)\s?\|?\s?:\s?\|?\s?(.{0,380})$")
# One program sets the block as a table whose names have no colon.
_BARRED = re.compile(r"\|\s?([^\s|:][^|:]{0,20}?)\s?\|\s?([^|]{0,300}?)\s?\|$")
# What a program writes and no person: the time with its seconds and its distance from Greenwich.
_STAMP = re.compile(r"\d{1,2}:\d\d:\d\d [+-]\d{4}")
_PADDED = re.compile(r"\s{2}:")
_LONGEST_DATE = 60
_BARE_LINES = 14
_MOST_LINES = 24
_MOST_FOLDS = 6


# Names that stand among the others in a block and tell nothing by themselves.
_OTHER = (
    "reply-to", "reply to", "antwort an", "répondre à", "responder a", "importance", "wichtigkeit",
    "priority", "priorität", "importancia", "importância", "importanza", "priorità", "belang",
    "prioriteit", "důležitost", "важность", "attachments", "anlagen", "pièces jointes", "anexos",
    "archivos adjuntos", "allegati", "organization", "message-id", "in-reply-to", "newsgroups",
    "resent-from", "mailing list",
)  # fmt: skip


@cache
def _roles() -> Mapping[str, str]:
    """What each header name says. Where languages collide (`a`, `data`), the sender's name wins."""
    kinds: tuple[languages.Key, ...] = ("copy", "to", "sent", "subject", "from")
    return dict.fromkeys(_OTHER, "other") | {
        word: kind for kind in kinds for word in languages.words(kind)
    }


@cache
def _any_name() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_roles(), key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d])({names})\s?:")


class Named(NamedTuple):
    """A line `Name: value` with the role of its name, "" for a name that is not known."""

    role: str
    value: str


def read_named(line: Line) -> Named | None:
    """Read a line as a header line; None if it is none."""
    if line.text[:1] == "|" and (barred := _BARRED.match(plain(line.text))):
        role = role_of(barred[1])
        return Named(role, barred[2]) if role else None
    if ":" not in line.text[:64] and "\uff1a" not in line.text[:64]:
        return None
    match = _NAMED.match(plain(line.text))
    return None if match is None else Named(role_of(match[1]), match[2].strip())


def role_of(name: str) -> str:
    """Return what a header name says ("from", "sent", "to", "copy", "subject", "other", or "")."""
    return _roles().get(languages.folded(name.strip()), "")


def could_start(lines: Sequence[Line], at: int) -> bool:
    """Whether to ask `end_of`: a known name, or three lines in a row that look like headers."""
    named = read_named(lines[at])
    if named is None or named.role in {"other", "copy"}:
        return False
    if named.role:
        return True
    return at + 2 < len(lines) and all(read_named(lines[at + step]) for step in (1, 2))


def end_of(lines: Sequence[Line], first: int) -> int | None:
    """Return the line after the header block that starts at `lines[first]`, None if there is none.

    Needs a sender with a subject, or a sender with a date that tells a time or an address: a
    traveller's "From: Delhi / To: Pune / Date: 3 March" is none. In a language that is not known:
    three such lines in a row, the first with an address and one with a date and a time.
    """
    if not _may_lead(lines[first]):
        return None
    if is_flat(lines[first]):
        return first + 1
    found: list[Named] = []
    depth, at, end, folds = lines[first].depth, first, first, 0
    while at < len(lines) and at - first < _MOST_LINES and lines[at].depth == depth:
        named = read_named(lines[at])
        if named is not None and (named.role or not _known(found)):
            found.append(named)
            folds = 0
            end = at + 1
        elif not lines[at].blank:
            # Long lists of people, and long subjects, go on in the next line.
            folds += 1
            if folds > _MOST_FOLDS or not _is_fold(lines[at], found[-1]):
                break
            end = at + 1
        elif not _goes_on(lines, at):
            break
        at += 1
    return end if _is_block(found) or _is_pair(lines, first, found) else None


def _may_lead(line: Line) -> bool:
    """Whether a line may be the first of a block: not a copy, and no line of a form.

    Forms align their colons; a program that aligns anything aligns what follows them.
    """
    named = read_named(line)
    if named is None or named.role in {"other", "copy"}:
        return False
    return named.role != "" or _PADDED.search(line.text[:LOOK]) is None


def bare_end_of(lines: Sequence[Line], first: int) -> int | None:
    """Return the line after a block of Lotus Notes whose field names stand alone on their lines.

    It opens with a date and a time, and names a receiver and then a subject within 14 lines.
    """
    if not (has_time(lines[first].text) and has_date(lines[first].text)):
        return None
    if len(lines[first].text) > _LONGEST_DATE:
        return None
    seen_receiver = False
    for at in range(first + 1, min(first + _BARE_LINES, len(lines))):
        role = role_of(plain(lines[at].text).rstrip(":"))
        seen_receiver = seen_receiver or role == "to"
        if role == "subject" and seen_receiver:
            return at + 1
    return None


def is_flat(line: Line) -> bool:
    """Whether a whole block stands on one line: three names, with an address or with a subject."""
    text = languages.folded(plain(line.text))
    roles = {_roles()[name] for name in _any_name().findall(text)} - {"other", "copy"}
    if len(roles) < 3 or "from" not in roles:
        return False
    return has_address(text) or ("subject" in roles and has_time(text))


def _known(found: Sequence[Named]) -> bool:
    return any(named.role for named in found)


def _goes_on(lines: Sequence[Line], at: int) -> bool:
    """Whether a header line stands right after one blank line (a block that was spaced out)."""
    if at + 1 >= len(lines) or lines[at + 1].depth != lines[at].depth:
        return False
    named = read_named(lines[at + 1])
    return named is not None and named.role != ""


def _is_fold(line: Line, before: Named) -> bool:
    """Whether a line continues a list of people, or a subject that was wrapped."""
    if before.role in {"sent", "other"}:
        return False
    if has_address(line.text[:LOOK]) or before.value.endswith((",", ";")):
        return True
    return before.role == "subject" and len(before.value) > 50 and line.text[:1] in " \t"


def _is_pair(lines: Sequence[Line], first: int, found: Sequence[Named]) -> bool:
    """Whether two lines that stand alone are a block: a person, and a subject or a day.

    Nothing else tells such a block from what a writer filled in, so it is taken as history.
    """
    if [named.role for named in found] not in (["from", "subject"], ["from", "sent"]):
        return False
    below = first + 2
    alone = (not first or lines[first - 1].blank) and (below >= len(lines) or lines[below].blank)
    if not alone or not is_name(found[0].value):
        return False
    return found[1].role == "subject" or has_date(found[1].value)


def _is_block(found: Sequence[Named]) -> bool:
    values = {named.role: named.value for named in reversed(found) if named.role}
    if "from" in values:
        addressed = any(has_address(value) for value in values.values())
        if "subject" in values and (len(values) >= 3 or addressed):
            return True
        return "sent" in values and (has_time(values["sent"]) or has_address(values["from"]))
    # Some programs leave the sender out of what they quote from the account itself.
    if {"sent", "to"} <= values.keys():
        told = has_time(values["sent"]) or has_address(values["to"])
        return told if "subject" in values else _STAMP.search(values["sent"]) is not None
    return (
        len(found) >= 3
        # The sender leads; a form that asks for a name, a date and an address has none there.
        and has_address(found[0].value)
        and any(has_date(named.value) and has_time(named.value) for named in found)
    )
