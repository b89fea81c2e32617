"""Header text: encoded words (RFC 2047), decoded once."""

import binascii
import re

from sampark.mailbox import charset

# Writers forget to encode a question mark; where another word begins, this one was cut off.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?((?:(?!=\?[^?\s]{1,60}\?[BbQq]\?).)*?)\?=")
_BREAKS = re.compile(r"[\r\n\t\x0b\x0c\x85\u2028\u2029]+")


def raw_text(raw: bytes, fallback: str = "") -> str:
    """Return header bytes as text: UTF-8, else the body's declared charset, else Windows-1252.

    A charset in which plain letters mean something else (UTF-7, UTF-16) is no header's.

    A carriage return or line feed that is not folding becomes U+FFFD, which no check of an address
    accepts.
    """
    named = charset.known(fallback) if fallback else None
    text, _ = charset.decode(raw, "" if named is None or named.startswith("utf-") else named)
    return charset.visible(text.replace("\r", "\ufffd").replace("\n", "\ufffd"))


def decode_words(text: str) -> str:
    """Return header text with its encoded words decoded. Line breaks hidden in them become spaces.

    What cannot be decoded stays as it stands. Decodes once only, so a word that decodes to another
    encoded word shows that word. Never raises.
    """
    if "=?" not in text:
        return text
    pieces: list[str | tuple[str, bytes]] = []
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        end = match.end()
        content = _content(match[2], match[3])
        after_word = bool(pieces) and not isinstance(pieces[-1], str)
        # White space between two encoded words is not shown (RFC 2047 section 6.2).
        if not (after_word and not between.strip()):
            pieces.append(between)
        pieces.append(
            match[0] if content is None else (match[1].partition("*")[0].lower(), content)
        )
    pieces.append(text[end:])
    return "".join(_joined(pieces))


def _joined(pieces: list[str | tuple[str, bytes]]) -> list[str]:
    """Decode runs of words in one charset as one: writers split characters across words."""
    out: list[str] = []
    held: tuple[str, bytes] | None = None
    for piece in pieces:
        if isinstance(piece, tuple):
            if held is not None and held[0] == piece[0]:
                held = (held[0], held[1] + piece[1])
                continue
            out.append(_text(held))
            held = piece
        else:
            out.extend((_text(held), piece))
            held = None
    out.append(_text(held))
    return out


def _text(held: tuple[str, bytes] | None) -> str:
    if held is None:
        return ""
    text, _ = charset.decode(held[1], held[0])
    return charset.visible(_BREAKS.sub(" ", text))


def _content(encoding: str, text: str) -> bytes | None:
    raw = text.encode("utf-8", "replace")
    if encoding in "Qq":
        return binascii.a2b_qp(raw.replace(b"_", b" "), header=False)
    try:
        return binascii.a2b_base64(raw.rstrip(b"=") + b"=" * (-len(raw.rstrip(b"=")) % 4))
    except binascii.Error:
        return None
