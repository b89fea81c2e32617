"""The content of an opaquely signed S/MIME mail (RFC 8551): found, not verified."""

from typing import NamedTuple

_SEQUENCE = 0x30
_EXPLICIT = 0xA0
_OCTETS = 0x04
_OCTETS_IN_PIECES = 0x24
_SIGNED = bytes.fromhex("06092a864886f70d010702")
_MOST_PIECES = 100_000
_DEEPEST = 8


class _Element(NamedTuple):
    """A BER element: its tag, where its content lies, where the next one starts."""

    tag: int
    start: int
    end: int
    after: int


class _Odd(Exception):
    """The bytes are no BER that a mail program writes."""


def signed_content(raw: bytes) -> bytes | None:
    """Return the MIME entity inside a PKCS #7 `SignedData`; None if the bytes are anything else.

    Never raises; reads each byte a bounded number of times.
    """
    try:
        outer = _element(raw, 0)
        kind = raw[outer.start : outer.start + len(_SIGNED)]
        if outer.tag != _SEQUENCE or kind != _SIGNED:
            return None
        wrapped = _element(raw, outer.start + len(_SIGNED))
        signed = _element(raw, wrapped.start)
        version = _element(raw, signed.start)
        digests = _element(raw, version.after)
        content = _element(raw, digests.after)
        explicit = _element(raw, _element(raw, content.start).after)
        if explicit.tag != _EXPLICIT or explicit.after > content.end:
            return None
        return _octets(raw, _element(raw, explicit.start))
    except _Odd:
        return None


def _octets(raw: bytes, element: _Element) -> bytes:
    if element.tag == _OCTETS:
        return raw[element.start : element.end]
    if element.tag != _OCTETS_IN_PIECES:
        raise _Odd
    pieces: list[bytes] = []
    position = element.start
    while position < element.end and len(pieces) < _MOST_PIECES:
        piece = _element(raw, position)
        if piece.tag != _OCTETS:
            raise _Odd
        pieces.append(raw[piece.start : piece.end])
        position = piece.after
    return b"".join(pieces)


def _element(raw: bytes, position: int, depth: int = 0) -> _Element:
    if position + 2 > len(raw) or depth > _DEEPEST:
        raise _Odd
    tag, first = raw[position], raw[position + 1]
    start = position + 2
    if first < 0x80:
        return _Element(tag, start, start + first, start + first)
    if first == 0x80:
        return _open_ended(raw, tag, start, depth)
    size = first & 0x7F
    length = int.from_bytes(raw[start : start + size], "big")
    start += size
    if size > 4 or start + length > len(raw):
        raise _Odd
    return _Element(tag, start, start + length, start + length)


def _open_ended(raw: bytes, tag: int, start: int, depth: int) -> _Element:
    """An element of unknown length: two zero bytes end it."""
    position = start
    for _ in range(_MOST_PIECES):
        if raw[position : position + 2] == b"\0\0":
            return _Element(tag, start, position, position + 2)
        position = _element(raw, position, depth + 1).after
    raise _Odd
