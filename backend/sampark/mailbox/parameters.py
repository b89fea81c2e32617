"""Header values with parameters (RFC 2045 and RFC 2231), read forgivingly."""

from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from sampark.mailbox import charset, limits
from sampark.mailbox.encoded_words import decode_words
from sampark.mailbox.limits import Notes


class Parameters(NamedTuple):
    """The value itself (lower case) and its parameters (names in lower case, values decoded)."""

    value: str
    named: dict[str, str]


class _Piece(NamedTuple):
    text: str
    extended: bool


def read_parameters(text: str, notes: Notes) -> Parameters:
    """Return a header's value and parameters. At most 50 pieces of one RFC 2231 value are read.

    Unquoted values may hold spaces, as many programs write file names. The first of two equal names
    wins; an RFC 2231 value wins over a plain one. Never raises; linear.
    """
    value, *rest = _split(text)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, _Piece]] = {}
    for item in rest:
        name, equals, content = item.partition("=")
        if not equals:
            continue
        # "name*1*": the second piece, in the form that names a charset (RFC 2231 section 4.1).
        base, star, index = name.strip().lower().partition("*")
        if not star:
            plain.setdefault(base, decode_words(_unquoted(content)))
        elif len(found := pieces.setdefault(base, {})) >= limits.NAME_PIECES:
            notes.add(f"A header parameter comes in more than {limits.NAME_PIECES} pieces.")
        else:
            number = index.rstrip("*")
            if number.isdecimal() or not number:
                found.setdefault(
                    int(number[:4] or 0),
                    _Piece(_unquoted(content), index.endswith("*") or not index),
                )
    joined = {base: _joined(found) for base, found in pieces.items()}
    return Parameters(value.strip().partition(" ")[0].lower(), plain | joined)


def _split(text: str) -> list[str]:
    """Split at semicolons outside quotes."""
    items: list[str] = []
    start = position = 0
    inside = False
    while position < len(text):
        ch = text[position]
        if ch == '"':
            inside = not inside
        elif ch == "\\" and inside:
            position += 1
        elif ch == ";" and not inside:
            items.append(text[start:position])
            start = position + 1
        position += 1
    items.append(text[start:])
    return items


def _unquoted(text: str) -> str:
    text = text.strip()
    if not text.startswith('"'):
        return text
    inner = text[1:].rpartition('"')[0] if text.count('"') > 1 else text[1:]
    return inner.replace('\\"', '"').replace("\\\\", "\\")


def _joined(pieces: dict[int, _Piece]) -> str:
    """Join the pieces 0, 1, 2 ... of one value; the first names the charset."""
    declared = ""
    raw = b""
    for number in range(len(pieces)):
        piece = pieces.get(number)
        if piece is None:
            break
        text = piece.text
        if number == 0 and piece.extended and text.count("'") >= 2:
            declared, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if piece.extended else text.encode("utf-8", "replace")
    return charset.visible(charset.decode(raw, declared)[0])
