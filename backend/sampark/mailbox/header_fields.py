"""The header block of a mail or of a part: cut into fields in one pass, limits first."""

import re
from typing import NamedTuple

from sampark.mailbox import limits
from sampark.mailbox.limits import Notes

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_ADDRESSES = {"to", "cc", "bcc", "reply-to"}
# Cut short, these would say something else than they did: they are emptied, and nothing is
# believed.
_WHOLE_OR_NOTHING = {"from", "sender", "authentication-results"}
# What may follow a line that is no header, if more headers come: a name with a dash is one as well.
_FOLLOWS = re.compile(
    rb"(?i)(?:[a-z0-9]+-[a-z0-9-]+|from|to|cc|bcc|subject|date|sender|received|comments|keywords|precedence"
    rb"|importance|priority|organi[sz]ation|references|lines|status)[ \t]*:"
)
_LOOK_AHEAD = 4
_LONG = ("authentication-results", "arc-", "dkim-", "received-spf", "x-google-dkim")

OVER_LIMIT = "The headers are over the limit; what lies beyond it was not read."


class Field(NamedTuple):
    """One header field: its name as written, its unfolded bytes."""

    name: str
    value: bytes


class FieldBlock(NamedTuple):
    """The fields in the order of the mail, where the body starts, whether all were read."""

    fields: list[Field]
    body: int
    complete: bool


def read_fields(raw: bytes, start: int, end: int, notes: Notes) -> FieldBlock:
    """Cut `raw[start:end]` into header fields and the offset of the body.

    Limits: 64 KB and 300 fields in all, 8 KB a field (16 KB for those about authentication). A line
    which is no field is skipped if another field follows it, else the body starts there. Linear,
    never raises.
    """
    fields: list[Field] = []
    held: list[bytes] = []
    name = ""
    position = start
    while position < end:
        stop = raw.find(b"\n", position, end)
        after = end if stop < 0 else stop + 1
        line = raw[position:after].rstrip(b"\r\n")
        if not line:
            position = after
            break
        if after - start > limits.HEADER_BYTES or len(fields) >= limits.FIELDS:
            notes.add(OVER_LIMIT)
            _close(fields, name, held, notes)
            # What begins with no header is no header block, however long its first line.
            body = _body_start(raw, position, end) if fields else position
            return FieldBlock(fields, body, complete=False)
        match = _FIELD.match(line)
        # A folded line belongs to the field above; at the very top there is none to belong to.
        if line[0] in b" \t" and (name or position > start):
            held.append(line)
        elif match is not None:
            _close(fields, name, held, notes)
            name, held = match[1].decode("ascii"), [line[match.end() :]]
        elif not _skips(raw, after, end, line, first=position == start, notes=notes):
            break
        position = after
    _close(fields, name, held, notes)
    return FieldBlock(fields, min(position, end), complete=True)


def _skips(raw: bytes, after: int, end: int, line: bytes, *, first: bool, notes: Notes) -> bool:
    """Whether a line that is no field is passed over: it is of mbox, or fields follow it.

    A boundary is none, even if nothing but blanks stands before it.
    """
    if first and line.startswith((b"From ", b">From ")):
        return True
    if line.startswith(b"--"):
        return False
    for _ in range(_LOOK_AHEAD):
        if _FOLLOWS.match(raw, after, end) is not None:
            notes.add("A line among the headers is no header; it was passed over.")
            return True
        # A line that was cut in two leaves its folded rest behind.
        stop = raw.find(b"\n", after, end)
        if stop < 0 or not raw[after:stop].strip():
            return False
        after = stop + 1
    return False


def _close(fields: list[Field], name: str, held: list[bytes], notes: Notes) -> None:
    if not name:
        return
    value = b"".join(held).strip()
    lower = name.lower()
    limit = limits.AUTH_FIELD_BYTES if lower.startswith(_LONG) else limits.FIELD_BYTES
    if len(value) > limit:
        notes.add(f"The header {name[:40]} is longer than {limit // 1024} KB and was cut.")
        value = value[:limit]
        # A list cut in the middle of an address would name somebody else.
        if lower in _ADDRESSES:
            value = value.rpartition(b",")[0]
        if lower in _WHOLE_OR_NOTHING:
            value = b""
    fields.append(Field(name, value))


def _body_start(raw: bytes, position: int, end: int) -> int:
    found = [
        place + len(gap)
        for gap in (b"\n\r\n", b"\n\n")
        if (place := raw.find(gap, position, end)) >= 0
    ]
    return min(found, default=end)
