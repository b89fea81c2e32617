"""Quoting containers of mail programs: what in them is the attribution, the quote, or an answer."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sampark.mailbox import attribution, dividers, header_blocks
from sampark.mailbox.lines import LOOK, Line, Mark

_DASHED = re.compile(r"\s{0,8}[-\u2010\u2013\u2014_]{2}")
_MOST_LINES = 4
_MOST_CHARACTERS = 600


def resolve(lines: Sequence[Line]) -> list[Line]:
    """Say what the lines of each container are.

    With few lines before its quote, those are the attribution, in whatever language, and what
    follows the quote may be an answer. Otherwise (a forward, a quote without marks) the container
    begins history.
    """
    out: list[Line] = []
    at = 0
    words_above = False
    while at < len(lines):
        number = lines[at].container
        if not number or lines[at].depth:
            words_above = words_above or not lines[at].blank
            out.append(lines[at])
            at += 1
            continue
        end = at
        while end < len(lines) and lines[end].container == number:
            end += 1
        inside = lines[at:end]
        out.extend(inside if not words_above and _holds_words(inside) else _resolved(inside))
        words_above = True
        at = end
    return out


def _holds_words(inside: Sequence[Line]) -> bool:
    """Whether the writer's words stand in the container of their quote, which opens the mail.

    Nothing introduces that quote: no attribution, no title, no header lines.
    """
    quote = next((at for at, line in enumerate(inside) if line.depth), None)
    filled = [] if quote is None else [line for line in inside[:quote] if not line.blank]
    if not filled or any(line.mark is not Mark.NONE for line in filled):
        return False
    if any(dividers.kind_of(line) is not None for line in filled):
        return False
    if attribution.ends_like_one(filled[-1]):
        return False
    last = filled[-1].text[:LOOK]
    told = attribution.has_date(last) or attribution.has_address(last)
    return not told and not any(header_blocks.end_of(filled, at) for at in range(len(filled)))


def _resolved(inside: Sequence[Line]) -> list[Line]:
    quote = next((at for at, line in enumerate(inside) if line.depth), None)
    before = inside[: len(inside) if quote is None else quote]
    filled = [line for line in before if not line.blank]
    if quote is None or not _introduces(filled):
        if not filled and quote is None:
            return list(inside)
        return [*_as_history(inside[:1], filled), *inside[1:]]
    return [
        line if line.blank or line.mark is not Mark.NONE else replace(line, mark=Mark.ATTRIBUTION)
        for line in before
    ] + list(inside[quote:])


def _introduces(filled: Sequence[Line]) -> bool:
    """Whether lines above a quote are no more than its attribution."""
    if not filled:
        return True
    if len(filled) > _MOST_LINES or sum(len(line.text) for line in filled) > _MOST_CHARACTERS:
        return False
    # What is forwarded may itself quote: the text before that quote is then no attribution.
    if any(dividers.kind_of(line) == "forward" or _DASHED.match(line.text) for line in filled[:1]):
        return False
    return not any(header_blocks.end_of(filled, at) for at in range(len(filled)))


def _as_history(first: Sequence[Line], filled: Sequence[Line]) -> list[Line]:
    """Mark where history begins; a container that names itself a forward is one."""
    is_forward = bool(filled) and (
        dividers.kind_of(filled[0]) == "forward" or dividers.looks_forwarded(filled[0])
    )
    mark = Mark.FORWARDED if is_forward else Mark.HISTORY
    return [replace(line, mark=mark) for line in first]
