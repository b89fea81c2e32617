"""The body of a mail: which leaves are it, in which form, and who wrote which words of it."""

import html as html_entities
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sampark.domain.mail import Segments
from sampark.mailbox import alternatives, charset, flowed, limits, segments
from sampark.mailbox.attached import is_body
from sampark.mailbox.html_text import read_html
from sampark.mailbox.limits import Notes
from sampark.mailbox.structure import Part

_PGP_SIGNED = re.compile(
    r"(?m)^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]{1,40}: .{0,200}\n){0,10}\n?"
)
_PGP_SIGNATURE = re.compile(
    r"(?m)^-----BEGIN PGP SIGNATURE-----[ \t]*\n(?:.{0,200}\n){0,100}?-----END PGP SIGNATURE-----[ \t]*$"
)


@dataclass(frozen=True)
class Body:
    """The readable text, the HTML as it came, and the segments."""

    text: str = ""
    html: str = ""
    segments: Segments = field(default_factory=Segments)


@dataclass(frozen=True)
class _Piece:
    """One stretch of the body in its plain and its HTML form; either may be missing."""

    plain: str
    html: str


def read_body(parts: Sequence[Part], notes: Notes, *, forwarding: bool = False) -> Body:
    """Return the body of a mail. Text is preferred; HTML is used where a stretch has no text.

    What the HTML of a text marks as history is not new in the text either.

    `forwarding` says that the subject calls the mail a forward: then a history under a plain header
    block is what was forwarded, not what is answered.
    """
    pieces = _pieces(parts, notes)
    html = "\n".join(piece.html or _as_html(piece.plain) for piece in pieces)
    html = html if any(piece.html for piece in pieces) else ""
    # One piece without text means that text alone would leave out what the writer says.
    if all(piece.plain for piece in pieces):
        text = "\n\n".join(piece.plain for piece in pieces)
        found = segments.split(text, forwarding=forwarding)
        # A long HTML is not read a second time: the text has its own marks.
        if (
            found.new
            and 0 < len(html) <= limits.CHECKED_HTML
            and html.count("<") <= limits.CHECKED_TAGS
        ):
            told = segments.split_lines(read_html(html).lines, forwarding=forwarding)
            found = alternatives.checked(found, told)
        return Body(text, html, found)
    read = read_html(html)
    for note in read.notes:
        notes.add(note)
    return Body(read.text, html, segments.split_lines(read.lines, forwarding=forwarding))


def _pieces(parts: Sequence[Part], notes: Notes) -> list[_Piece]:
    """One piece for each body leaf, or for all the leaves of one multipart/alternative."""
    pieces: list[_Piece] = []
    leaves = [part for part in parts if is_body(part)]
    for (alternative, _), members in groupby(leaves, key=_group):
        texts = [(part.kind, text) for part in members if (text := _text(part, notes))]
        html = [text for kind, text in texts if kind == "text/html"]
        plain = [text for kind, text in texts if kind == "text/plain"]
        # Enriched text and its like are read only where nothing better says the same.
        if not plain and not (alternative and html):
            plain = [text for kind, text in texts if kind != "text/html"]
        if plain or html:
            pieces.append(_Piece("\n\n".join(plain), "\n".join(html)))
    return pieces


def _group(part: Part) -> tuple[int, int]:
    return (part.alternative, 0 if part.alternative else part.start)


def _text(part: Part, notes: Notes) -> str:
    """The text of a leaf, "" if it holds only white space."""
    content = part.content(notes)
    if len(content) > limits.TEXT_BYTES:
        notes.add("The text of the mail is longer than 8 MB; the rest was left out.")
        content = content[: limits.TEXT_BYTES]
    text, note = charset.decode(content, part.parameters.get("charset", ""))
    if note:
        notes.add(note)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if part.kind != "text/html":
        text = _unwrapped(_seen(text, notes), part, notes)
    return text if text.strip() else ""


def _unwrapped(text: str, part: Part, notes: Notes) -> str:
    """Undo what programs wrap around the words: soft line ends, a signature in the text."""
    if part.parameters.get("format", "").lower() == "flowed":
        deletes = part.parameters.get("delsp", "").lower() == "yes"
        text = flowed.unflow(text, delete_space=deletes)
    if "-----BEGIN PGP MESSAGE-----" in text:
        notes.add("A part of the text is encrypted (PGP) and cannot be read.")
    if _PGP_SIGNED.search(text):
        notes.add("The text is signed (PGP); the signature was not checked.")
        text = _PGP_SIGNATURE.sub("", _PGP_SIGNED.sub("", text))
    return text


def _seen(text: str, notes: Notes) -> str:
    if charset.has_invisible(text):
        notes.add("Characters that nobody can see were left out of the text.")
    return charset.visible(text)


def _as_html(plain: str) -> str:
    return f"<pre>{html_entities.escape(plain)}</pre>"
