"""Bytes to text, whatever the mail claims about them: no lone surrogate, no NUL."""

import codecs
import re

# What mail declares is often the small sister of what it holds (WHATWG Encoding Standard, labels).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "x-sjis": "cp932",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "windows-31j": "cp932",
    "x-mac-roman": "mac-roman",
}
# Quadratic, or not an encoding of plain text.
_NEVER = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
# Their bytes are valid ASCII or hold NULs, so UTF-8 would win with the wrong letters.
_BEFORE_UTF8 = ("iso2022", "utf-7", "hz", "utf-16", "utf-32")
_UNSAFE = re.compile(r"[\ud800-\udfff\x00]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Zero-width characters, direction overrides and the invisible tag alphabet. The joiners U+200C and
# U+200D stay: several scripts and emoji are spelled with them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)


def known(name: str) -> str | None:
    """Return Python's name of a declared charset (or of its wider sister), None if it has none."""
    plain = name.strip().strip("\"'").lower()
    if not plain or len(plain) > 40 or not plain.isascii() or "\0" in plain:
        return None
    found = _lookup(_ALIASES.get(plain, plain)) or _lookup(plain.removeprefix("x-"))
    if found is None:
        return None
    try:
        # An encoding of something else than text (base64, zlib) refuses here.
        b"x".decode(found, "replace")
    except (LookupError, UnicodeError):
        return None
    return None if found in _NEVER else _WIDER.get(found, found)


def _lookup(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def decode(raw: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text of bytes and a note ("" when the declared charset was right).

    UTF-8 wins if the bytes are UTF-8 but for a few that were spoiled, then the declared charset,
    then Windows-1252 with replacement characters. Stateful and wide charsets are tried before UTF-8.
    Never raises.
    """
    charset = known(declared) if declared else None
    if charset is not None and charset.startswith(_BEFORE_UTF8):
        text = _strict(raw, charset)
        if text is not None:
            return safe(text), ""
    text = _strict(raw, "utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-8")
    if text is not None:
        return safe(text), _lied(raw, declared, charset)
    if charset is not None and (text := _mostly(raw, "utf-8")) is not None:
        return safe(text), f"A few letters are damaged; {_shown(declared)} was declared."
    if charset is not None:
        text = _strict(raw, charset)
        if text is not None:
            return safe(text), ""
    note = f"The charset {_shown(declared)} does not fit the bytes." if declared else ""
    damaged = _mostly(raw, charset or "utf-8")
    return safe(damaged or raw.decode("cp1252", "replace")), note


def safe(text: str) -> str:
    """Replace what no store takes: lone surrogates and NUL become U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def visible(text: str) -> str:
    """Return text without invisible characters; control characters become U+FFFD."""
    return _CONTROLS.sub("\ufffd", _INVISIBLE.sub("", text))


def has_invisible(text: str) -> bool:
    """Whether a text holds characters that nobody sees but a machine reads."""
    return _INVISIBLE.search(text) is not None


def _strict(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _mostly(raw: bytes, charset: str) -> str | None:
    """A text of which a few bytes were lost: cut in the middle of a letter, or spoiled on its way."""
    text = raw.decode(charset, "replace")
    bad = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text if foreign - bad > 3 * bad else None


def _lied(raw: bytes, declared: str, charset: str | None) -> str:
    if raw.isascii() or not declared or charset == "utf-8":
        return ""
    return f"The charset was declared as {_shown(declared)} but is UTF-8."


def _shown(declared: str) -> str:
    plain = "".join(ch for ch in declared[:40] if ch.isascii() and (ch.isalnum() or ch in "-_.:+"))
    return plain or "something unreadable"
