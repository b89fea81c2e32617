"""Lines of a body, each with its quote depth and what HTML knew about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sampark.mailbox import charset, languages, limits

# A prompt of the writer's initials before the mark ("JD> text") is an old habit of some programs.
_PREFIX = re.compile(r"[ \t]{0,3}((?:(?:>|\uff1e|&gt;)[ \t]{0,2}){1,40})")
_INITIALS = re.compile(r"[ \t]{0,3}([A-Z][A-Za-z]{0,7})((?:>[ \t]?){1,20})(?=\s|$|(?<=[ \t]))")
# One program writes its attribution between two quote marks: `>>> Bob <b@c.de> 3/3/26 10:12 >>>`.
_GROUPWISE = re.compile(r"[ \t]{0,3}>{3} (?!>)[^\n]{3,200}\d[^\n]{0,40} >{3}[ \t]{0,3}$")
_TIME = re.compile(r"\d[:.h]\d\d")

# Signs that some programs put before quoted lines, and how many lines in a row tell it alone.
_SIGNS = frozenset("|:=\u00bb%}#);$&")
_LONE_SIGNS = frozenset("|:=\u00bb%}")
_LONE_RUN = {"|": 2, ":": 3}

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
    return settled([quoted_line(line) for line in raw])


def settled(lines: Sequence[Line]) -> list[Line]:
    """Return lines with the quote marks that only the lines around them tell."""
    initials = _known_initials([line.text for line in lines if not line.depth])
    marked = _with_bars([_initialled(line, initials) if initials else line for line in lines])
    return [_rejoined(line, marked[at - 1] if at else None) for at, line in enumerate(marked)]


def bounded(text: str) -> tuple[str, str]:
    """Return the first 1 MB or 20,000 lines of a text, and the rest."""
    end = len(text)
    if text.count("\n") > limits.BODY_LINES:
        end = -1
        for _ in range(limits.BODY_LINES):
            end = text.find("\n", end + 1)
    end = min(end, limits.BODY_CHARACTERS)
    return text[:end], text[end:]


def quoted_line(raw: str) -> Line:
    """Return a line with the depth that its own prefix tells."""
    # mbox files put a mark before a line that begins with "From ": it quotes nothing.
    match = _PREFIX.match(raw)
    if match is None or is_groupwise(raw) or raw.startswith(">From "):
        return Line(raw, raw)
    depth = match[1].count(">") + match[1].count("\uff1e") + match[1].count("&gt;")
    return Line(raw, raw[match.end() :], depth)


def _initialled(line: Line, initials: frozenset[str]) -> Line:
    match = None if line.depth else _INITIALS.match(line.text[:LOOK])
    if match is None or match[1] not in initials:
        return line
    # The mark goes first, so that a kept quote can always be told by its first character.
    shown, text = f"> {line.text.lstrip()}", line.text[match.end() :]
    return replace(line, shown=shown, text=text, depth=match[2].count(">"))


def is_groupwise(raw: str) -> bool:
    """Whether a line that looks quoted is the attribution of GroupWise."""
    return raw.lstrip()[:4] == ">>> " and len(raw) < LOOK and _GROUPWISE.match(raw) is not None


def plain(text: str) -> str:
    """Return a line for matching: bounded, plain spaces and colons, nothing unseen, no emphasis."""
    short = text[:LOOK].replace("&nbsp;", " ")
    short = short if short.isascii() else charset.visible(short).replace("\uff1a", ":")
    return " ".join(short.replace("*", "").split()).strip(" _")


def _known_initials(raw: Sequence[str]) -> frozenset[str]:
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
    if "@" not in before.text[-LOOK:] or len(line.text) >= 60:
        return line
    is_open = before.text.count("<") > before.text.count(">")
    bare = languages.folded(line.text).strip(" \t:") in languages.words("wrote")
    return replace(line, shown=line.shown, text=line.shown, depth=0) if is_open or bare else line


def _with_bars(lines: Sequence[Line]) -> list[Line]:
    """Other signs at the start of lines quote below an attribution, or where enough lines have them.

    Elsewhere bars draw a table, and a colon may stand before anything.
    """
    out: list[Line] = []
    above, quoting, introduced = Line("", ""), "", False
    for at, line in enumerate(lines):
        sign = line.text[:1] if not line.depth and line.text[:1] in _SIGNS else ""
        if sign != quoting:
            introduced = sign != "" and _introduces(above) and _is_pair(lines, at, sign)
            quoting = sign if introduced or _is_run(lines, at, sign) else ""
        elif quoting and not introduced and not _is_barred(line, sign):
            quoting = ""
        if quoting:
            out.append(replace(line, shown=f"> {line.text}", text=line.text[1:], depth=1))
        else:
            out.append(line)
        above = above if line.blank else line
    return out


def _is_pair(lines: Sequence[Line], at: int, sign: str) -> bool:
    """Whether a sign stands apart from the words of its line, or before those of the next one too."""
    if _is_barred(lines[at], sign) and sign in _LONE_SIGNS:
        return True
    return at + 1 < len(lines) and lines[at + 1].text[:1] == sign and not lines[at + 1].depth


def _is_barred(line: Line, sign: str) -> bool:
    """Whether one sign stands before the words of a line, and no table or face is drawn."""
    rest = line.text[1:2]
    return line.text.count(sign) == 1 if sign == "|" else rest in {"", " ", "\t", ">"}


def _is_run(lines: Sequence[Line], at: int, sign: str) -> bool:
    """Whether enough lines in a row have the sign; those who write lists rarely take these."""
    most = _LONE_RUN.get(sign, 0)
    below = lines[at : at + most]
    return (
        most > 0
        and len(below) == most
        and all(
            not line.depth and line.text[:1] == sign and _is_barred(line, sign) for line in below
        )
    )


def _introduces(above: Line) -> bool:
    text = above.text[-LOOK:].rstrip()
    return text.endswith(":") and ("@" in text or _TIME.search(text) is not None)
