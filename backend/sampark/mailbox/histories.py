"""Where history begins in a body: the marks that programs put above what they quote or forward."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sampark.mailbox import attribution, dividers, header_blocks, lotus
from sampark.mailbox.lines import LOOK, Line, Mark

Kind = Literal["attribution", "headers", "original", "forward", "end"]

# Honest mail has a few dozen lines that could open history; past this the rest is nobody's
# instruction.
_MOST_CANDIDATES = 2000
_NEAR = 3
_LEFT_OUT = re.compile(r"\s{0,8}(?:[\[(<{][^\n]{0,60}[\])>}]|\.{2,6}|\u2026)\s{0,8}$")


@dataclass(frozen=True)
class Opening:
    """The lines `start <= i < end` that introduce history of that kind.

    `hard` means that the history is not marked line by line: nothing after it can be told to be
    new.
    """

    start: int
    end: int
    kind: Kind
    hard: bool


def find_openings(lines: Sequence[Line]) -> list[Opening]:
    """Return the openings outside quotes in order, up to and including the first hard one.

    After a hard opening nothing is looked for: whatever stands there, a mark of an end included,
    may have been written by the quoted person. Linear in the number of lines.
    """
    found: list[Opening] = []
    following = _next_filled(lines)
    at = budget = 0
    while at < len(lines):
        line = lines[at]
        if line.mark in {Mark.HISTORY, Mark.FORWARDED} or budget > _MOST_CANDIDATES:
            kind: Kind = "forward" if line.mark is Mark.FORWARDED else "original"
            found.append(_with_lead(lines, Opening(at, at, kind, hard=True)))
            break
        if line.depth and not (at and lines[at - 1].depth):
            headers = _marked_headers(lines, at, following)
            if headers is not None:
                found.append(_with_lead(lines, headers))
                break
        if line.depth or line.blank:
            at += 1
            continue
        opening, tried = _opening_at(lines, at, following)
        budget += tried
        if opening is None:
            at += 1
            continue
        found.append(_with_lead(lines, opening))
        if opening.hard:
            break
        at = opening.end
    return _in_order(found)


def _marked_headers(lines: Sequence[Line], at: int, following: Sequence[int]) -> Opening | None:
    """A header block whose lines alone are marked, with an unmarked mail below it."""
    if not header_blocks.could_start(lines, at):
        return None
    end = header_blocks.end_of(lines, at)
    if end is None or following[end] >= len(lines) or lines[following[end]].depth:
        return None
    return Opening(at, end, "headers", hard=True)


def _opening_at(
    lines: Sequence[Line], at: int, following: Sequence[int]
) -> tuple[Opening | None, int]:
    """The opening that this line makes, and 1 if looking for it took work."""
    block = _block_at(lines, at, following)
    if block is not None:
        return block, 1
    if attribution.opens_on_one_line(lines[at]):
        return Opening(at, at, "attribution", hard=True), 1
    if not attribution.ends_like_one(lines[at]):
        return None, int(header_blocks.could_start(lines, at))
    after = following[at + 1]
    quoted = after < len(lines) and lines[after].depth > 0
    start = attribution.start_of(lines, at, quote_follows=quoted)
    if start is None and quoted and after == at + 1 and attribution.is_writer(lines[at]):
        return Opening(at, at + 1, "attribution", hard=False), 1
    if start is None and following[0] < at and _is_bare(lines, at, after):
        return Opening(at, at + 1, "attribution", hard=True), 1
    return None if start is None else _close(lines, start, at + 1, "attribution", following), 1


def _is_bare(lines: Sequence[Line], at: int, after: int) -> bool:
    """Whether a lone line names somebody whose words stand below without any mark."""
    if after >= len(lines) or lines[after].depth:
        return False
    return attribution.stands_alone(lines, at)


def _block_at(lines: Sequence[Line], at: int, following: Sequence[int]) -> Opening | None:
    """A divider, a header block, or an attribution that the HTML marks as such."""
    divider = dividers.kind_of(lines[at])
    if divider in {"original", "forward"}:
        kind: Kind = "forward" if divider == "forward" else "original"
        return _close(lines, at, _past_headers(lines, at + 1, following), kind, following)
    # A whole conversation that is forwarded has its title and its subject above the first mail.
    if divider == "rule" and dividers.looks_forwarded(lines[at]) and _tells_subject(lines, at + 1):
        return Opening(at, at + 2, "forward", hard=True)
    found = _headers_at(lines, at)
    if found is not None:
        return _close(lines, *found, "headers", following)
    # Some phones write the title, in any language, and all header lines on one line.
    if dividers.is_dashed(lines[at]) and header_blocks.is_flat(lines[at]):
        kind = "forward" if dividers.looks_forwarded(lines[at]) else "original"
        return _close(lines, at, at + 1, kind, following)
    if lines[at].mark is not Mark.ATTRIBUTION:
        return None
    end = at + 1
    while end < len(lines) and (lines[end].mark is Mark.ATTRIBUTION or lines[end].blank):
        end += 1
    return _close(lines, at, end, "attribution", following)


def _tells_subject(lines: Sequence[Line], at: int) -> bool:
    named = header_blocks.read_named(lines[at]) if at < len(lines) else None
    return named is not None and named.role == "subject"


def _headers_at(lines: Sequence[Line], at: int) -> tuple[int, int] | None:
    """Where the header block starts and ends that a line belongs to as the first that tells."""
    if header_blocks.could_start(lines, at):
        end = header_blocks.end_of(lines, at)
        if end is not None:
            return lotus.letterhead_of(lines, at), end
    end = lotus.end_of(lines, at) or lotus.columns_end_of(lines, at)
    if end is not None:
        return lotus.start_of(lines, at), end
    end = header_blocks.bare_end_of(lines, at)
    if end is None:
        return None
    named = at > 0 and not lines[at - 1].blank and not lines[at - 1].depth
    return at - named, end


def _close(
    lines: Sequence[Line], start: int, end: int, kind: Kind, following: Sequence[int]
) -> Opening:
    """Soft if the next text is quoted line by line, or there is none.

    Programs that set header lines mark no line below them: a mark there stood in the mail itself.
    """
    after = following[end]
    has_headers = kind == "headers" or (kind != "attribution" and end - start > 1)
    # A lone attribution at the end marks nothing; a header block there is history by itself.
    if after >= len(lines):
        return Opening(start, end, kind, hard=kind != "attribution")
    # Who answers may tell what was left out between an attribution and its quote.
    if kind == "attribution" and _LEFT_OUT.match(lines[after].text[:LOOK]):
        quote = following[after + 1]
        if quote < len(lines) and lines[quote].depth:
            return Opening(start, after + 1, kind, hard=False)
    return Opening(start, end, kind, hard=lines[after].depth == 0 or has_headers)


def _past_headers(lines: Sequence[Line], at: int, following: Sequence[int]) -> int:
    """The line after the header block, if one follows a divider."""
    start = following[at]
    if start >= len(lines) or start - at > _NEAR or lines[start].depth:
        return at
    return header_blocks.end_of(lines, start) or at


def _with_lead(lines: Sequence[Line], opening: Opening) -> Opening:
    """Take the rule or the title above with it; a title about forwarding tells its kind."""
    start, kind = opening.start, opening.kind
    while start > 0 and opening.start - start < _NEAR:
        above = start - 1
        while above > 0 and lines[above].blank:
            above -= 1
        divider = None if lines[above].depth else dividers.kind_of(lines[above])
        if divider is None:
            break
        if divider == "forward" or (divider == "rule" and dividers.looks_forwarded(lines[above])):
            kind = "forward"
        start = above
    return Opening(start, opening.end, kind, opening.hard)


def _next_filled(lines: Sequence[Line]) -> list[int]:
    """For each line, the next one (or itself) that is not blank; the length where there is none."""
    following = [len(lines)] * (len(lines) + 2)
    for at in range(len(lines) - 1, -1, -1):
        following[at] = following[at + 1] if lines[at].blank else at
    return following


def _in_order(found: list[Opening]) -> list[Opening]:
    """An opening that another one swallowed with its lead goes."""
    kept: list[Opening] = []
    for opening in found:
        # An attribution above a divider is part of its lead.
        while kept and kept[-1].start >= opening.start:
            kept.pop()
        kept.append(opening)
    return kept
