"""Divider lines such as "Original Message" or "Begin forwarded message", in many languages."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sampark.mailbox import languages
from sampark.mailbox.lines import LOOK, Line, plain

Divider = Literal["original", "forward", "rule"]

_ABOVE = re.compile(
    r"(?:reply|respond|write|type|answer)\b.{0,40}\babove (?:this|the) (?:dotted |dashed )?line"
    r"\W{0,8}$"
    r"|above this line\b.{0,40}reply|antwort\w*\b.{0,60}(?:oberhalb|über) dieser"
    r"|répon\w*.{0,40}au-dessus de cette ligne|respuesta\b.{0,40}encima de esta l[ií]nea"
    r"|resposta\b.{0,40}acima desta linha"
)
# What programs draw such lines with: hyphens and dashes of every width, underscores, stars, quote
# marks.
_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2500_=*"
_FRAME = rf"[{_DASH}~#<>+\s]"
_DASHES = re.compile(rf"\s{{0,8}}[{_DASH}]{{2}}")
_RULE = re.compile(rf"\s{{0,20}}(?:[{_DASH}~]\s?){{5,200}}$")
_TITLED_RULE = re.compile(
    rf"\s{{0,8}}[{_DASH}]{{3,60}}\s?[^\W\d_][^\n]{{1,58}}?\s?[{_DASH}]{{3,60}}$"
)
_FORWARD_STEMS = re.compile(
    r"f(?:or)?wa?r?d|weitergeleit|transf|réexp|inoltr|reenvi|encaminh|doorgest|przek|przes|пересл|пересыл"
    r"|переадр|vidarebef|videresend|välite|edelleen|přeposl|prepos|tovább|redirec|προωθ|ileti|yönlend"
    r"|転送|转发|轉寄|轉發|전달|chuyển tiếp|terus|הועבר|توجيه|محول"
)


@dataclass(frozen=True)
class _Patterns:
    original: re.Pattern[str]
    forward: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    original, forward = languages.bare("original"), languages.bare("forwarded")
    return _Patterns(
        original=re.compile(rf"{_FRAME}{{0,60}}(?:{original})\s?:?{_FRAME}{{0,60}}$"),
        forward=re.compile(rf"{_FRAME}{{0,60}}(?:{forward})(?:\s?:|.{{0,60}}?:)?{_FRAME}{{0,60}}$"),
    )


def kind_of(line: Line) -> Divider | None:
    """Say whether a line divides by itself: the known titles of an original or a forwarded message.

    A title needs dashes or the like around it, or a colon; "rule" is a line that divides only if a
    header block or a quote follows.
    """
    raw = line.text[:LOOK]
    if not raw.strip() or len(line.text) > 200:
        return None
    text = languages.folded(plain(raw))
    framed = _DASHES.match(raw) is not None or text.endswith(":")
    forward = _patterns().forward.match(text) is not None
    original = _patterns().original.match(text) is not None
    if forward and framed:
        return "forward"
    if (original and (framed or raw.lstrip()[:1] in "*_=<#")) or _ABOVE.search(text):
        return "original"
    return "rule" if forward or original or _RULE.match(raw) or _TITLED_RULE.match(raw) else None


def looks_forwarded(line: Line) -> bool:
    """Whether a divider in any known or unknown wording speaks of forwarding."""
    return _FORWARD_STEMS.search(languages.folded(plain(line.text))) is not None
