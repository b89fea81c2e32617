"""The blocks of Lotus Notes, whose sender and date stand above the names of their fields.

They tell no sender by name, and the list of receivers may be long:

    Bob Stone                     Bob Stone <bob@stone.example> on 07/26/2026 05:20 PM
    Sent by: Carl                 To: Ann Hill/NYC/ACME
    07/26/2026 05:20 PM           cc:
    To: Ann Hill/NYC/ACME         Subject: Plan
    Subject: Plan
"""

import re
from collections.abc import Sequence

from sampark.mailbox import header_blocks
from sampark.mailbox.lines import LOOK, Line

_STAMP = re.compile(
    r"(?:.{0,120}\s)?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})\s{1,4}"
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?\s{0,20}$"
)
_COLUMN = re.compile(r"\s{8,80}(?:\S.{0,40}\s{2,40})??([^\W\d_]\w{0,14})\s?:(?:\s|$)")
_RECEIVER = re.compile(r"[@/,;]|\w\s?$")
_SENTENCE = re.compile(r"[.!?:]\s{0,4}$")
_NEAR = 8
_LONGEST_TIME = 32
_LONGEST_NAME = 80
_MOST_LINES = 60
_MOST_NAMES = 3


def end_of(lines: Sequence[Line], at: int) -> int | None:
    """Return the line after a block whose date stands on `lines[at]`, None if there is none."""
    text = lines[at].text[:LOOK]
    if lines[at].depth or ":" not in text[-_LONGEST_TIME:] or not _STAMP.match(text):
        return None
    first = _receiver_below(lines, at)
    return None if first is None else _subject_below(lines, first)


def start_of(lines: Sequence[Line], at: int) -> int:
    """Return the first of the lines above a date that name the sender."""
    first = at
    while first > 0 and at - first < _MOST_NAMES and _may_name(lines[first - 1]):
        first -= 1
    # A longer paragraph above is what somebody wrote; the name is its last line.
    if first > 0 and not lines[first - 1].blank and first < at:
        return at - 1
    return letterhead_of(lines, first)


def letterhead_of(lines: Sequence[Line], first: int) -> int:
    """Return the line of a company's name, set in by a tab above the block; else `first`."""
    at = first - 2
    if at < 1 or not lines[first - 1].blank or not lines[at - 1].blank:
        return first
    line = lines[at]
    set_in = line.text[:1] == "\t" and not line.blank and len(line.text) <= _LONGEST_NAME
    return at if set_in else first


def columns_end_of(lines: Sequence[Line], at: int) -> int | None:
    """Return the line after a block that is set in two columns, whose fields begin on `lines[at]`."""
    if _column_role(lines[at]) != "to":
        return None
    for below in range(at + 1, min(at + _NEAR * 2, len(lines))):
        if _column_role(lines[below]) == "subject":
            return below + 1
    return None


def _column_role(line: Line) -> str:
    if line.depth or line.shown[:8].strip():
        return ""
    match = _COLUMN.match(line.shown[:LOOK])
    return "" if match is None else header_blocks.role_of(match[1])


def _may_name(line: Line) -> bool:
    if line.blank or line.depth or len(line.text) > _LONGEST_NAME:
        return False
    return not _SENTENCE.search(line.text)


def _receiver_below(lines: Sequence[Line], at: int) -> int | None:
    """Where the receivers stand: right below, or below blank lines and one that tells whom to answer."""
    others = 0
    for below in range(at + 1, min(at + _NEAR, len(lines))):
        line = lines[below]
        if line.depth:
            return None
        if line.blank:
            continue
        named = header_blocks.read_named(line)
        if named is not None and named.role == "to":
            return below
        others += 1
        if others > 1 or len(line.text) > _LONGEST_NAME:
            return None
    return None


def _subject_below(lines: Sequence[Line], first: int) -> int | None:
    """Return the line after the subject: only names and addresses may stand before it."""
    for at in range(first + 1, min(first + _MOST_LINES, len(lines))):
        line = lines[at]
        if line.blank:
            if lines[at - 1].blank:
                return None
            continue
        named = header_blocks.read_named(line)
        if named is not None and named.role == "subject":
            return at + 1
        if line.depth or (named is None and not _RECEIVER.search(line.text[:LOOK])):
            return None
    return None
