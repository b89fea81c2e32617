"""Lines of a body, each with its quote depth and what HTML knew about it."""

import re
from dataclasses import dataclass
from enum import Enum

from sampark.mailbox import limits

# A prompt of the writer's initials before the mark ("JD> text") is an old habit of some programs.
_PREFIX = re.compile(r"[ \t]{0,3}((?:(?:>|\uff1e|&gt;)[ \t]{0,2}){1,40})")
_INITIALS = re.compile(r"[ \t]{0,3}([A-Z][A-Za-z]{0,7})((?:>[ \t]?){1,20})(?=\s|$|(?<=[ \t]))")
_SPACES = re.compile(r"[\s\u00a0]+")

# No rule looks further than this into a line: a rule's cost stays bounded on any line.
LOOK = 400


class Mark(Enum):
    """What the HTML around a line says about it. Plain text has no marks."""

    NONE = "none"
    ATTRIBUTION = "attribution"
    CONTAINER = "container"
    HISTORY = "history"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: as it is shown, without its quote prefix, and how deep it is quoted.

    `container` numbers the quoting element around the line (0: none).
    """

    shown: str
    text: str
    depth: int = 0
    mark: Mark = Mark.NONE
    container: int = 0

    @property
    def blank(self) -> bool:
        """Whether nothing stands on the line."""
        return not self.text.strip()


def from_text(text: str) -> list[Line]:
    """Cut plain text into lines and count their quote marks (`>`, its wide form, `JD>`)."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    initials = _known_initials(raw)
    lines = [quoted_line(line, initials) for line in raw]
    return [_rejoined(line, lines[at - 1] if at else None) for at, line in enumerate(lines)]


def bounded(text: str) -> tuple[str, str]:
    """Return the first 1 MB or 20,000 lines of a text, and the rest."""
    end = len(text)
    if text.count("\n") > limits.BODY_LINES:
        end = -1
        for _ in range(limits.BODY_LINES):
            end = text.find("\n", end + 1)
    end = min(end, limits.BODY_CHARACTERS)
    return text[:end], text[end:]


def quoted_line(raw: str, initials: frozenset[str] = frozenset()) -> Line:
    """Return a line with the depth that its own prefix tells."""
    # mbox files put a mark before a line that begins with "From ": it quotes nothing.
    match = _PREFIX.match(raw)
    if match is not None and not raw.startswith(">From "):
        depth = match[1].count(">") + match[1].count("\uff1e") + match[1].count("&gt;")
        return Line(raw, raw[match.end() :], depth)
    match = _INITIALS.match(raw[:LOOK])
    if match is not None and match[1] in initials:
        # The mark goes first, so that a kept quote can always be told by its first character.
        return Line(f"> {raw.lstrip()}", raw[match.end() :], match[2].count(">"))
    return Line(raw, raw)


def plain(text: str) -> str:
    """Return a line for matching: bounded, plain spaces and colons, without emphasis."""
    short = _SPACES.sub(" ", text[:LOOK]).strip()
    return short.replace("\uff1a", ":").replace("*", "").replace("\u200e", "").strip(" _\u3000")


def _known_initials(raw: list[str]) -> frozenset[str]:
    """Initials that open at least two lines: one alone may be anything."""
    counts: dict[str, int] = {}
    for line in raw:
        if ">" in line[:24] and (match := _INITIALS.match(line[:LOOK])):
            counts[match[1]] = counts.get(match[1], 0) + 1
    return frozenset(word for word, count in counts.items() if count >= 2)


def _rejoined(line: Line, before: Line | None) -> Line:
    """An address wrapped before its closing bracket leaves `> wrote:`, which is no quote."""
    if line.depth != 1 or before is None or before.depth or not line.text.rstrip().endswith(":"):
        return line
    is_open = before.text.count("<") > before.text.count(">") and "@" in before.text[-LOOK:]
    return Line(line.shown, line.shown) if is_open and len(line.text) < 60 else line
