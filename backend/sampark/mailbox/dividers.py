"""Divider lines such as "Original Message" or "Begin forwarded message", in many languages."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sampark.mailbox import languages
from sampark.mailbox.lines import LOOK, Line, is_groupwise, plain

Divider = Literal["original", "forward", "rule"]

_ABOVE = re.compile(
    r"\W{0,8}(?:please )?(?:reply|respond|write|type|answer|enter|add)\b.{0,40}\babove (?:this|the)"
    r" (?:dotted |dashed )?line[^\w?]{0,8}$"
)
# The frame of one help desk, which speaks the language of its customer.
_HELP_DESK = re.compile(r"\s{0,8}##-\s.{4,160}\s-##\s{0,8}$")
# "This line" as such markers say it where they have no frame.
_THIS = re.compile(
    languages.folded(
        r"(?<!\w)(?:dieser|cette|esta|desta|questa|deze|denna|denne|den här|tą|tej|этой|цього|tento|tímto"
        r"|această|acestei|bu|tämän)(?!\w)|この|此|本行|이 "
    )
)
_BELOW = re.compile(
    r"(?:do not|don't) (?:write|type|edit|reply|answer)\b.{0,30}\b(?:below|under|beneath) (?:this|the) line"
)
# What programs draw such lines with: hyphens and dashes of every width, underscores, stars, quote
# marks.
_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2500_=*"
_FRAME = rf"[{_DASH}~#<>+\s]"
_DASHES = re.compile(rf"\s{{0,8}}[{_DASH}]{{2}}")
_RULE = re.compile(rf"\s{{0,20}}(?:[{_DASH}~]\s?){{3,200}}$")
_TITLED_RULE = re.compile(
    rf"\s{{0,8}}[{_DASH}]{{3,60}}\s?[^\W\d_][^\n]{{1,58}}?\s?[{_DASH}]{{3,60}}$"
)
# Marks that need no title: the boxes of a Lotus table, the line with name and time of GroupWise, the
# line of a German archive server.
_DRAWN = re.compile(r"\s{0,4}\|-{6,80}>\s{0,4}$|\s{0,4}original message processed by\s")
_FORWARD_STEMS = re.compile(
    languages.folded(
        "fwd|forward|foward|weitergeleit|transf|réexp|inoltr|reenvi|encaminh|doorgest|przek|przes|пересл|пересыл"
        "|переадр|vidarebef|videresend|välite|edelleen|přeposl|prepos|tovább|redirec|προωθ|ileti|yönlend"
        "|перенапр|転送|转发|轉寄|轉發|전달|chuyển tiếp|terus|הועבר|توجيه|محول"
    )
)
_TAGS = re.compile(r"</?(?:div|p|b|span|font|br)(?:\s[^<>]{0,80})?/?>")
_MARKERS = "-#=*~[]<>_+"
_LONGEST = 200


@dataclass(frozen=True)
class _Patterns:
    original: re.Pattern[str]
    forward: re.Pattern[str]
    between: re.Pattern[str]
    ahead: re.Pattern[str]
    above: tuple[re.Pattern[str], ...]


@cache
def _patterns() -> _Patterns:
    original, forward = languages.bare("original"), languages.bare("forwarded")
    return _Patterns(
        original=re.compile(rf"{_FRAME}{{0,60}}(?:{original})\s?:?{_FRAME}{{0,60}}$"),
        forward=re.compile(rf"{_FRAME}{{0,60}}(?:{forward})(?:\s?:|.{{0,60}}?:)?{_FRAME}{{0,60}}$"),
        # Some phones write the title, the header lines and all on one line.
        between=re.compile(
            rf"\s?[{_DASH}]{{4,60}}\s?(?:({forward})|{original})\s?[{_DASH}]{{4,60}}"
        ),
        # Long dashes and a title need nothing more: who forwarded it, and when, may wrap.
        ahead=re.compile(rf"\s{{0,8}}[{_DASH}]{{4,60}}\s?(?:({forward})|{original})(?!\w)"),
        above=tuple(re.compile(languages.edged(key)) for key in ("above", "line", "reply")),
    )


def kind_of(line: Line) -> Divider | None:
    """Say whether a line divides by itself: the known titles of an original or a forwarded message.

    A title needs dashes or the like around it, or a colon; "rule" is a line that divides only if a
    header block or a quote follows.
    """
    raw = _untagged(line.text[:LOOK])
    if not raw.strip():
        return None
    text = languages.folded(plain(raw))
    titled = _titled(raw, text)
    if titled is not None or len(line.text) > _LONGEST:
        return titled
    patterns = _patterns()
    framed = _DASHES.match(raw) is not None or text.endswith(":")
    forward = patterns.forward.match(text) is not None
    original = patterns.original.match(text) is not None
    if forward and framed:
        return "forward"
    if (original and (framed or raw.lstrip()[:1] in "*_=<#")) or _is_marker(raw, text):
        return "original"
    return "rule" if forward or original or _RULE.match(raw) or _TITLED_RULE.match(raw) else None


def _untagged(text: str) -> str:
    """Text without the tags that a program left around its lines."""
    return _TAGS.sub(" ", text) if text[:1] == "<" and "</" in text else text


def is_dashed(line: Line) -> bool:
    """Whether a line opens with dashes or the like."""
    return _DASHES.match(line.text) is not None


def looks_forwarded(line: Line) -> bool:
    """Whether a divider in any known or unknown wording speaks of forwarding."""
    return _FORWARD_STEMS.search(languages.folded(plain(line.text))) is not None


def _titled(raw: str, text: str) -> Divider | None:
    """A title with something after it on its line, or a drawn mark."""
    if _DASHES.match(raw):
        patterns = _patterns()
        ahead = patterns.between.match(text) or patterns.ahead.match(languages.folded(raw))
        if ahead is not None:
            return "forward" if ahead[1] else "original"
    drawn = _DRAWN.match(text) or _HELP_DESK.match(raw) or is_groupwise(raw)
    return "original" if drawn else None


def _is_marker(raw: str, text: str) -> bool:
    """Whether a help desk asks to reply above this line; without a frame only in so many words."""
    framed = raw.lstrip()[:1] in _MARKERS or raw.rstrip()[-1:] in _MARKERS
    if framed and _BELOW.search(text):
        return True
    told = all(words.search(text) for words in _patterns().above)
    if framed:
        return told
    if _ABOVE.match(text):
        return True
    # English has the rule above: its words for it are in many a sentence.
    return told and _is_short(text) and _THIS.search(text) is not None


def _is_short(text: str) -> bool:
    return len(text) <= 80 and not text.endswith("?")
