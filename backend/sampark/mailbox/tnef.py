"""winmail.dat (TNEF, MS-OXTNEF): the files that Outlook hides in it, found by a small reader."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from sampark.mailbox import charset

MAGIC = b"\x78\x9f\x3e\x22"

_HEAD = struct.Struct("<BII")
_RENDERING = 0x00069002
_TITLE = 0x00018010
_DATA = 0x0006800F
_PROPERTIES = 0x00069005
_LONG_NAME = b"\x1f\x00\x07\x37", b"\x1e\x00\x07\x37"
_MOST_ATTRIBUTES = 2_000
_MOST_FILES = 100


class Packed(NamedTuple):
    """A file inside: its name as written, its bytes."""

    name: str
    content: bytes


def files(raw: bytes) -> list[Packed]:
    """Return the files inside, 100 at most; what is cut off or damaged is left out. Never raises."""
    found: list[Packed] = []
    name, content, begun = "", b"", False
    for kind, value in _attributes(raw):
        if kind == _RENDERING:
            if begun:
                found.append(Packed(name, content))
            name, content, begun = "", b"", True
        elif kind == _TITLE:
            name = name or _text(value)
        elif kind == _DATA:
            content = value
        elif kind == _PROPERTIES:
            name = _long_name(value) or name
    if begun:
        found.append(Packed(name, content))
    return found[:_MOST_FILES]


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes: a level, an id, a length, the value, a checksum."""
    position = 6
    for _ in range(_MOST_ATTRIBUTES):
        if not raw.startswith(MAGIC) or position + _HEAD.size > len(raw):
            return
        _, kind, length = _HEAD.unpack_from(raw, position)
        start = position + _HEAD.size
        if start + length > len(raw):
            return
        yield kind, raw[start : start + length]
        position = start + length + 2


def _long_name(value: bytes) -> str:
    """The long name among a file's MAPI properties: its tag, a count of one, a length, the text."""
    for wide, mark in zip((True, False), _LONG_NAME, strict=True):
        place = value.find(mark)
        if place < 0 or place + 12 > len(value):
            continue
        length = int.from_bytes(value[place + 8 : place + 12], "little")
        text = value[place + 12 : place + 12 + min(length, 1_000)]
        return text.decode("utf-16-le", "replace").partition("\0")[0] if wide else _text(text)
    return ""


def _text(value: bytes) -> str:
    return charset.decode(value.partition(b"\0")[0])[0]
