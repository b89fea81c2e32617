"""Notices that companies and programs add to a mail: confidentiality, viruses, strangers, lists.

A notice is told by how it begins and by at least two of the ideas that such notices are made of: a
request that merely mentions one of them stays the writer's.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from sampark.mailbox import languages
from sampark.mailbox.lines import LOOK, Line, plain

# Each alternative of a row is one idea, by its stem, without accents.
_RULE = re.compile(r"[\s_\-=~*#\u2014\u2013]{3,}$")
_TITLE = re.compile(
    r"\W{0,6}(?:legal |e-?mail )?(?:disclaimer|confidentiality|confidentiality notice|legal notice"
    r"|haftungsausschluss|aviso legal|avis de confidentialite|avviso di riservatezza)\W{0,6}$"
)
_BANNER = re.compile(
    r"\W{0,6}(?:external|caution|warning|attention|important|notice|achtung|vorsicht|warnung|extern\w{0,2}"
    r"|this (?:e-?mail|message) (?:originated|was sent|is|came) from (?:outside|an external))\b"
)
_OUTSIDE = re.compile(
    r"outside (?:of )?(?:the|our|your|this)|external (?:sender|source|e-?mail|address)"
    r"|(?:click|open)\w* (?:on )?(?:any )?(?:links?|attachments?)|unless you (?:recogni|know|trust)"
    r"|von au(?:ss|ß)erhalb|externen? absender"
)
_MOST_LINES = 40
_BANNER_LINES = 4


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(rf"[\W_]{{0,8}}(?:{languages.bare('legal')})")


@cache
def _ideas() -> tuple[re.Pattern[str], ...]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    tables: dict[str, list[str]] = tomllib.loads(text)
    return tuple(
        re.compile("|".join(re.escape(languages.folded(stem)) for stem in stems))
        for stems in tables.values()
    )


def start_of(lines: Sequence[Line]) -> int | None:
    """Return where the notices at the end of a stretch begin, with the rule or title above them.

    None if there are none, or if more than 40 lines follow their opening.
    """
    for first, end in _paragraphs(lines):
        if not _is_notice(lines, first, end):
            continue
        if sum(not line.blank for line in lines[first:]) > _MOST_LINES:
            return None
        return _with_title(lines, first)
    return None


def banner_of(lines: Sequence[Line]) -> int:
    """Return how many lines at the top of a body warn of a stranger; 0 if none does."""
    first = next(_paragraphs(lines), None)
    if first is None or first[1] - first[0] > _BANNER_LINES:
        return 0
    text = _text(lines, *first)
    found = _OUTSIDE.findall(text)
    return first[1] if _BANNER.match(text) and len(set(found)) >= 2 else 0


def _is_notice(lines: Sequence[Line], first: int, end: int) -> bool:
    head = languages.folded(plain(lines[first].text))
    if _opening().match(head) is None:
        return False
    text = _text(lines, first, end)
    return sum(idea.search(text) is not None for idea in _ideas()) >= 2


def _with_title(lines: Sequence[Line], first: int) -> int:
    """Take the rules, titles and gaps right above a notice with it."""
    start = at = first
    while at > 0:
        above = lines[at - 1]
        text = languages.folded(plain(above.text)) if not above.blank else ""
        if not above.blank:
            if not (_RULE.match(above.text.strip()) or _TITLE.match(text)):
                break
            start = at - 1
        at -= 1
    return start


def _text(lines: Sequence[Line], first: int, end: int) -> str:
    return " ".join(languages.folded(plain(line.text)) for line in lines[first:end])


def _paragraphs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield where each paragraph starts and ends; a rule stands by itself."""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and not _parts(lines[end]):
            end += 1
        if end > at:
            yield at, end
        at = end + 1


def _parts(line: Line) -> bool:
    return line.blank or _RULE.match(line.text.strip()[:LOOK]) is not None
