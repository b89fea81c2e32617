"""Bytes of unknown encoding become text, with a note on what was assumed."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SAMPLE = 65_536


@dataclass(frozen=True)
class Decoded:
    """A text, and what was assumed to read it (empty for UTF-8)."""

    text: str
    note: str = ""


def decode(content: bytes) -> Decoded:
    """Return the text of a file: UTF-8, UTF-16 with or without a mark, else Windows-1252.

    Control characters are dropped, line ends become a single line feed. Never raises.
    """
    encoding = _encoding(content)
    text = content.decode(encoding, errors="replace")
    note = "" if encoding.startswith("utf-8") else f"It was read as {_SPOKEN[encoding]}."
    return Decoded(text=clean(text.removeprefix("\ufeff")), note=note)


def clean(text: str) -> str:
    """Drop control characters and lone surrogates; every line end becomes a line feed."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def looks_like_text(content: bytes) -> bool:
    """Tell whether the content reads as text: under one control character in a hundred."""
    encoding = _encoding(content[:_SAMPLE])
    text = content[:_SAMPLE].decode(encoding, errors="ignore")
    return bool(text) and len(_CONTROL.findall(text)) * 100 <= len(text)


_SPOKEN = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252, as it is not UTF-8",
}


def _encoding(content: bytes) -> str:
    if content.startswith(BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    zeros = (content[0:_SAMPLE:2].count(0), content[1:_SAMPLE:2].count(0))
    pairs = min(len(content), _SAMPLE) // 2
    if pairs and max(zeros) * 3 > pairs > min(zeros) * 10:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A sample may end within a character.
        return "utf-8" if error.start >= len(content) - 3 and error.start else "cp1252"
    return "utf-8"
