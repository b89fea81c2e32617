"""Attribution lines: with what a program introduces a quote, in any language it can.

Two things make one: it ends as an introduction does (a colon), and it tells who and when, or that
somebody wrote. A rule that needs a verb of writing knows many languages; a rule that needs an
address, a date and a time knows none and so serves all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sampark.mailbox import languages
from sampark.mailbox.lines import LOOK, Line, Mark, plain

_MAIL = re.compile(r"(?<=[^\s<>()@,;:\"\[\]])@[^\s<>()@,;:\"\[\]]")
_TIME = re.compile(r"(?<!\d)\d{1,2}(?:[:.h]|\s?[時时點点시]\s?)\d{2}(?!\d)")
_DATE_LED = re.compile(r"(?:[^\s\d]{1,14}\s{1,2}){0,4}\d")
_DASHES = "-\u2010\u2013\u2014=_*"
_FRAMED = re.compile(rf"[{re.escape(_DASHES)}]{{2,}}.{{1,300}}[{re.escape(_DASHES)}]{{2,}}$")
_STAMPED = re.compile(r"\d:\d\d(?::\d\d)?(?: [+-]\d{4})?$")
_SENTENCE = re.compile(r"(?:[!?]|[^\W\d_]{3}\.)$")
_BRACKETED = re.compile(r"[<(\[]\s?(?:mailto:)?[^\s<>()\[\]]{1,80}@[^\s<>()\[\]]{1,80}\s?[>)\]]")
# What can stand before the capital that opens an attribution on a line of other words.
_LEAD = re.compile(
    r"(?<=[^\s,])(?:\s{1,3}|(?<=[.!?:)])|(?<=\w)(?=-{2}))(?=-{0,4}\s?(?:On|Am|Le|El|Il|Em|Op|Den|Dne) [\w\"])"
)
_MOST_LINES = 4
_MOST_NAMES = 4
_LONGEST_BARE = 80


@dataclass(frozen=True)
class _Patterns:
    wrote: re.Pattern[str]
    wrote_end: re.Pattern[str]
    wrote_bare: re.Pattern[str]
    own: re.Pattern[str]
    quoting: re.Pattern[str]
    lead: re.Pattern[str]
    date: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    wrote, months = languages.edged("wrote"), languages.bare("months")
    return _Patterns(
        wrote=re.compile(wrote),
        wrote_end=re.compile(rf"{wrote}[\s\w.,()/-]{{0,12}}[:>]?$"),
        wrote_bare=re.compile(rf"([^\W\d_][^:;?!]{{0,60}}?)\s(?!said){wrote}\s?:$"),
        own=re.compile(languages.edged("own")),
        quoting=re.compile(rf"(?:{languages.bare('quoting')})\s"),
        lead=re.compile(
            rf"(?:(?:{languages.bare('leads')})[\s,:]{{1,3}}){{0,2}}"
            rf"(?:\d|[\"'(]?(?:{languages.bare('weekdays')})(?!\w)|(?:{months})\w{{0,8}}\.?\s{{1,2}}\d)"
        ),
        date=re.compile(
            r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}(?!\d)"
            r"|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])"
            rf"|(?<!\w)(?:{months})\w{{0,8}}\.?,?\s{{1,2}}\d{{1,2}}(?!\d)"
            rf"|(?<!\d)\d{{1,2}}\.?\s(?:de\s)?(?:{months})"
        ),
    )


def has_address(text: str) -> bool:
    """Whether a mail address stands in a text."""
    return "@" in text and _MAIL.search(text) is not None


def has_date(text: str) -> bool:
    """Whether a text names a year, a numeric date, or a day of a month."""
    return _patterns().date.search(languages.folded(text)) is not None


def has_time(text: str) -> bool:
    """Whether a text names a time of day."""
    return _TIME.search(text) is not None


def is_name(text: str) -> bool:
    """Whether a text is two to five words with capitals, or words of a script without them."""
    words = text.replace(",", " ").split()
    if not 2 <= len(words) <= 5 or any(map(str.isdigit, text)):
        return False
    return not any(word[:1].islower() and len(word) > 3 for word in words)


def stands_alone(lines: Sequence[Line], at: int) -> bool:
    """Whether a paragraph of one line says that somebody wrote, or names a person and a day.

    `Bob Stone wrote:` and `Bob Stone, 3 Mar 2026:` with text below that is not marked: people
    write such lines too, above what somebody else said, so that text is history either way.
    """
    text = plain(lines[at].text)
    if len(text) > _LONGEST_BARE or not text.endswith(":") or not _is_paragraph(lines, at):
        return False
    folded = languages.folded(text)
    if _is_own(folded):
        return False
    if folded.rstrip(" :") in languages.words("quoting"):
        return True
    wrote = _patterns().wrote_bare.match(folded)
    if wrote is not None:
        return len(wrote[1].split()) <= _MOST_NAMES
    name, comma, day = text.rstrip(" :").partition(",")
    return bool(comma) and is_name(name) and has_date(day) and len(day.split()) <= _MOST_NAMES


def is_writer(line: Line) -> bool:
    """Whether a line says no more than that a person wrote: `Bob Stone wrote`, with any end."""
    text = plain(line.text)
    wrote = _patterns().wrote_bare.match(languages.folded(text.rstrip(":") + ":"))
    return wrote is not None and is_name(" ".join(text.split()[: len(wrote[1].split())]))


def _is_paragraph(lines: Sequence[Line], at: int) -> bool:
    return (at == 0 or lines[at - 1].blank) and at + 1 < len(lines) and lines[at + 1].blank


def ends_like_one(line: Line) -> bool:
    """Whether a line could be the last of an attribution: cheap, to be asked of every line."""
    if len(line.text) > LOOK:
        return False
    text = plain(line.text[-60:])
    if text.endswith((":", "--", "\u2014\u2014", ":>")) or _STAMPED.search(text):
        return True
    # One program puts nothing but the date, the name and the address above its quote.
    if text.endswith(">") and has_address(text) and text[:1].isdigit():
        return True
    return _patterns().wrote_end.search(languages.folded(text)) is not None


def opens_on_one_line(line: Line) -> bool:
    """Whether a line is an attribution with the beginning of the quote after its colon."""
    text = languages.folded(plain(line.text))
    wrote = _patterns().wrote.search(text) if ":" in text else None
    if wrote is None:
        return False
    between, colon, quote = text[wrote.end() :].partition(":")
    if between.strip() or not colon or not quote.strip("> "):
        return False
    head = f"{text[: wrote.end()]}:"
    if _patterns().lead.match(head) is None or not _dated(head):
        return False
    # Without an address, only a program leaves no gap before the quote.
    return _addressed(head) or (quote[0] != " " and not _is_own(head))


def parted(lines: Sequence[Line]) -> list[Line]:
    """Return the lines; an attribution that shares a line with words before it gets its own."""
    out: list[Line] = []
    for line in lines:
        at = None if line.depth or line.mark is not Mark.NONE else _parts_at(line)
        if at is None:
            out.append(line)
        else:
            out += [Line(part, part, container=line.container) for part in _halves(line.text, at)]
    return out


def _halves(text: str, at: int) -> tuple[str, str]:
    return text[:at], text[at:]


def _parts_at(line: Line) -> int | None:
    """Where the attribution starts on a line that opens with the writer's words."""
    if len(line.text) > LOOK or not line.text.rstrip().endswith((":", "-")):
        return None
    for match in _LEAD.finditer(line.text):
        head, tail = line.text[: match.start()], languages.folded(plain(line.text[match.end() :]))
        first = languages.folded(head).strip(" -")
        if not any(map(str.isalnum, head)) or first in languages.words("leads"):
            continue
        if has_date(head) or has_address(head):
            continue
        if not has_date(tail) or not has_time(tail):
            continue
        if _patterns().wrote.search(tail) and _opens_with_date(tail, quote_follows=True):
            return match.start()
    return None


def start_of(lines: Sequence[Line], last: int, *, quote_follows: bool) -> int | None:
    """Return where the attribution that ends on `lines[last]` starts, None if none ends there.

    Looks back over at most three lines. A stretch that opens with a date is taken before one that
    merely names a writer, so that a wrapped first line is not left behind. `quote_follows` says
    that the next text is quoted: then a name and a verb are enough.
    """
    named: int | None = None
    dated: int | None = None
    text = ""
    for first in _upwards(lines, last):
        line = lines[first]
        # A line that ends a sentence is the writer's own: an attribution is wrapped in its middle.
        ended = first < last and _SENTENCE.search(line.text.rstrip()[-8:])
        if line.depth or (ended and not has_address(line.text)):
            break
        text = languages.folded(plain(f"{line.text[:LOOK]} {text}"))
        if len(line.text) > LOOK or len(text) >= LOOK:
            break
        if dated is not None:
            # Whoever is named first stands above the rest of a wrapped date.
            leads = has_address(line.text) and _names_writer(text, quote_follows=quote_follows)
            return first if leads else dated
        if _opens_with_date(text, quote_follows=quote_follows):
            # Only the hour may stand here, and the day on a line above.
            named = first
            dated = first if has_date(text) else None
        elif (named is None or has_address(line.text)) and _names_writer(
            text, quote_follows=quote_follows
        ):
            named = first
    return named if dated is None else dated


def _upwards(lines: Sequence[Line], last: int) -> Iterator[int]:
    """Yield up to four lines from the last one up to a gap; a torn off address stands below one."""
    at = last
    for _ in range(_MOST_LINES):
        if at >= 1 and lines[at].blank and lines[at + 1].text.strip() == "<":
            at -= 1
        if at < 0 or lines[at].blank:
            return
        yield at
        at -= 1


def _ends(text: str) -> bool:
    return text.endswith((":", ":>")) or _FRAMED.match(text) is not None


def _dated(text: str) -> bool:
    return _patterns().date.search(text) is not None and has_time(text)


def _opens_with_date(text: str, *, quote_follows: bool) -> bool:
    """It opens with a date and tells who wrote."""
    patterns = _patterns()
    # Some programs frame the line with dashes, or open it with a star.
    bare = text.lstrip(f"{_DASHES}|[ ")
    if (not has_time(text) and not patterns.date.search(text)) or _is_own(text):
        return False
    if quote_follows and bare[:1].isdigit() and text.endswith(">") and has_address(text):
        return True
    if patterns.lead.match(bare):
        if patterns.wrote.search(text):
            told = quote_follows or (has_address(text) and _dated(text))
            return _ends(text) or (told and patterns.wrote_end.search(text) is not None)
        # Some programs name nobody, and a few put nothing but the day and the time above a quote.
        if quote_follows and _dated(text) and (_ends(text) or _STAMPED.search(text)):
            return True
    if _DATE_LED.match(bare) is None:
        return False
    written = has_address(text) and _dated(text) and patterns.wrote_end.search(text) is not None
    return _addressed(text) or (written and _ends(text))


def _addressed(text: str) -> bool:
    """An address in brackets, a date and a time before a colon introduce a quote in every language."""
    return (
        _ends(text)
        and _dated(text)
        and (_BRACKETED.search(text) is not None or (has_address(text) and text[:1].isdigit()))
    )


def _is_own(text: str) -> bool:
    """Whether writers report words of their own: no program names its writer so."""
    return not has_address(text) and _patterns().own.search(text) is not None


def _names_writer(text: str, *, quote_follows: bool) -> bool:
    """It names the writer first, and says that they wrote."""
    patterns = _patterns()
    bare = text.lstrip(f"{_DASHES}| ")
    if not bare or not (bare[0].isalnum() or bare[0] in "\"'([<\u201e\u201c\u300c"):
        return False
    if patterns.wrote.search(text) and not _is_own(text):
        if _ends(text) and (has_address(text) or _dated(text)):
            return True
        if quote_follows and patterns.wrote_end.search(text):
            return _ends(text) or has_address(text) or _dated(text)
    # Whatever wit introduces it: an address, a day and a time, right above a quote.
    told = quote_follows and _ends(text) and has_address(text)
    if told and (_dated(text) or text.endswith("says:")):
        return True
    if patterns.quoting.match(bare) and _ends(text):
        return quote_follows or has_address(text)
    return _addressed(text)
