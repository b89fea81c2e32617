"""Content transfer encodings (RFC 2045), decoded as far as the bytes allow."""

import binascii
import io
import re
import string

from sampark.mailbox.limits import Notes

_ALPHABET = (string.ascii_letters + string.digits + "+/=").encode()
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_PLAIN = _ALPHABET + b" \t\r\n"
_PADDING = re.compile(rb"=+")
_MOST_PADDING = 2000
_LOOK = 4000


def decode_body(raw: bytes, encoding: str, notes: Notes) -> bytes:
    """Return the decoded body of a part, as it is if the encoding is unknown. Never raises."""
    match encoding.strip().lower():
        case "base64" if _is_words(raw[:_LOOK]):
            notes.add("A part is declared as base64 and is not; it was read as it stands.")
            return raw
        case "base64":
            return _base64(raw, notes)
        case "quoted-printable":
            return binascii.a2b_qp(raw)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uuencoded(raw, notes)
        case "" | "7bit" | "8bit" | "binary":
            return raw
        case _:
            notes.add("A part has an unknown transfer encoding.")
            return raw


def _is_words(raw: bytes) -> bool:
    """Whether most lines are of words or of HTML, which no encoder writes."""
    lines = [line for line in raw.splitlines() if line.strip()]
    spoken = [line for line in lines if len(line.split()) > 2 or line.lstrip().startswith(b"<")]
    # A few pieces of base64 between spaces are still base64.
    foreign = any(line.translate(None, _PLAIN) for line in spoken)
    return 2 * len(spoken) > len(lines) and (foreign or len(spoken) > 2)


def _base64(raw: bytes, notes: Notes) -> bytes:
    """Decode base64; pieces that were padded one by one and then joined are all read."""
    clean = raw.translate(None, _NOT_BASE64)
    # More joined pieces than any mail has: padding is noise there.
    if clean.count(b"=") > _MOST_PADDING:
        clean = clean.translate(None, b"=")
    runs = [run for run in _PADDING.split(clean) if run]
    if any(len(run) % 4 == 1 for run in runs):
        notes.add("A base64 part is damaged; what could be decoded was kept.")
    return b"".join(_run(run) for run in runs)


def _run(run: bytes) -> bytes:
    whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _uuencoded(raw: bytes, notes: Notes) -> bytes:
    out = bytearray()
    for ending in io.BytesIO(raw):
        line = ending.rstrip(b"\r\n")
        if not line or line.startswith((b"begin ", b"end", b"`")):
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            notes.add("A uuencoded part is damaged; what could be decoded was kept.")
    return bytes(out)
