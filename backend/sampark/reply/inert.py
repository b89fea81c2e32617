"""Text that no mail program acts on: nothing hidden in it, nothing that becomes a link.

Mail programs make links of bare addresses by themselves, also in plain text. So every host that is
not known is defanged: `host[.]tld`, `hxxps[:]//`. An edit replaces one character, so that text in
several pieces of markup can be judged as the one string that a reader sees.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from sampark.domain.base import Frozen
from sampark.domain.task import Task

ELLIPSIS = "…"
DOT, COLON, BACKSLASH = "[.]", "[:]", "[\\]"

_DOTS = (
    ".\u2024\u3002\ufe52\uff0e\uff61"  # all that a browser or NFKC takes for a dot in a host name
)
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0000, 0xE1000), range(0x180B, 0x1810))
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_WORD = re.compile(r"[^\s<>\"]+")
_RUN = re.compile(rf"[\w\-{_DOTS}]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+\-]{0,40}:(?=[/\\]{2})", re.IGNORECASE)
_SHORT_SCHEME = re.compile(
    r"\b(?:mailto|tel|sms|javascript|vbscript|cid|data(?=:\w+/)):(?=\S)", re.IGNORECASE
)
_SHARE = re.compile(r"(?<![\w\\:])\\(?=\\\w)")
_WWW = re.compile(rf"www[{_DOTS}]", re.IGNORECASE)
_LINK = re.compile(r"https://([a-z0-9.-]+)(?:/[A-Za-z0-9._~%+/-]*)?")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}")
_WRAPPING = "()[]{}.,;:!?'*_`\u2018\u2019\u201c\u201d\u2026"


class Known(Frozen):
    """What may stay alive: link targets by exact host, mail addresses by their lower-case form."""

    hosts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, task: Task, allowed_hosts: frozenset[str] = frozenset()) -> "Known":
        """Return the allowed hosts, and the addresses the requester wrote or is reached at."""
        typed = (found.group().rstrip(".-").lower() for found in _ADDRESS.finditer(task.words))
        return cls(
            hosts=allowed_hosts,
            addresses=frozenset(typed) | {task.requester.key, task.account.lower()},
        )


NOTHING = Known()


def visible(text: str) -> str:
    """Return the text without what a reader cannot see; line breaks become LF, odd spaces plain.

    Control, format, surrogate and private characters go, and with them zero-width and bidirectional
    controls, tag characters, variation selectors and the blank letters.
    """
    text = _BREAKS.sub("\n", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def line(text: str, limit: int = 0) -> str:
    """Return the visible text as one line, single-spaced, of at most `limit` characters if set."""
    flat = " ".join(visible(text).split())
    return flat if not limit or len(flat) <= limit else flat[: limit - 1].rstrip() + ELLIPSIS


def defang(text: str, known: Known = NOTHING) -> str:
    """Return the text with every unknown link made dead, and readable as before. Idempotent."""
    while changes := edits(text, known):  # a dead dot may leave a shorter word that still links
        dead = apply(text, changes)
        if dead == text:
            break
        text = dead
    return text


def apply(text: str, changes: Mapping[int, str], offset: int = 0) -> str:
    """Return a piece of text with the edits applied; `offset` is where the piece stands."""
    if not changes:
        return text
    return "".join(changes.get(offset + at, char) for at, char in enumerate(text))


def edits(text: str, known: Known = NOTHING) -> dict[int, str]:
    """Return by position the characters to replace, each with its replacement."""
    found: dict[int, str] = {}
    for word in _WORD.finditer(text):
        if not _trusted(word.group().strip(_WRAPPING), known):
            found.update((word.start() + at, new) for at, new in _word_edits(word.group()))
    return found


def live_link(url: str, known: Known) -> bool:
    """Tell whether a link may work: https, a known host, no user, port, query or fragment."""
    match = _LINK.fullmatch(url)
    return match is not None and match.group(1) in known.hosts


def _trusted(word: str, known: Known) -> bool:
    return live_link(word, known) or word in known.hosts or word.lower() in known.addresses


def _word_edits(word: str) -> Iterator[tuple[int, str]]:
    for scheme in (*_SCHEME.finditer(word), *_SHORT_SCHEME.finditer(word)):
        if scheme.group().lower() in {"http:", "https:"}:
            yield scheme.start() + 1, "x"
            yield scheme.start() + 2, "x"
        yield scheme.end() - 1, COLON
    for share in _SHARE.finditer(word):
        yield share.start(), BACKSLASH
    if _SCHEME.search(word) or _SHARE.search(word) or _WWW.search(word):
        yield from ((at, DOT) for at in _inner_dots(word))
        return
    for run in _RUN.finditer(word):
        yield from ((run.start() + at, DOT) for at in _host_dots(run.group()))


def _inner_dots(word: str) -> Iterator[int]:
    last = len(word) - 1
    return (at for at, char in enumerate(word) if char in _DOTS and 0 < at < last)


def _host_dots(run: str) -> list[int]:
    """Return the dots of a run of letters, digits and dots, up to its last top-level domain."""
    dots = [at for at, char in enumerate(run) if char in _DOTS]
    reach = 0
    for number, (dot, end) in enumerate(pairwise([*dots, len(run)]), start=1):
        if dot > 0 and _is_domain(run[dot + 1 : end]):
            reach = number
    return dots[:reach]


def _is_domain(label: str) -> bool:
    folded = unicodedata.normalize("NFKC", label).lower().strip("-_")
    latin = re.match(r"[a-z]*", folded)
    assert latin is not None
    tail = folded[latin.end() :]
    return folded in _domains() or (tail != "" and not tail[0].isascii() and latin[0] in _domains())


@cache
def _domains() -> frozenset[str]:
    """Read the list of last labels: A-labels as they stand, and each also as it is written."""
    listed = (files("sampark.reply") / "domains.txt").read_text(encoding="utf-8")
    words = [word for row in listed.splitlines() if not row.startswith("#") for word in row.split()]
    written = [word[4:].encode().decode("punycode") for word in words if word.startswith("xn--")]
    return frozenset(words) | frozenset(written)


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    if char in "\n\t":
        return char
    if char in _BLANK or any(ord(char) in selectors for selectors in _SELECTORS):
        return ""
    kind = unicodedata.category(char)
    if kind == "Zs":
        return " "
    return "" if kind in {"Cc", "Cf", "Cs", "Co"} else char
