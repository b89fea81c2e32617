"""What a file is, told from its bytes. Its name only decides between kinds of plain text."""

import re

from sampark.mailbox import charset, sniff_container

UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"

# The signatures of the file formats themselves, as their specifications give them.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"BZh", "application/x-bzip2"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"%!PS", "application/postscript"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_TEXT_NAMES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "markdown": "text/markdown",
    "txt": "text/plain",
    "log": "text/plain",
    "json": "application/json",
}
_BYTE_ORDER_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_COMMENT = r"(?:<!--.{0,2000}?-->\s*)?"
_TAG = re.compile(r"<[a-zA-Z!]")
_BEGINNINGS = (
    (re.compile(r"(?i)BEGIN:VCALENDAR"), "text/calendar"),
    (re.compile(r"(?i)BEGIN:VCARD"), "text/vcard"),
    (
        re.compile(
            rf"(?is)(?:<\?xml[^>]{{0,200}}>\s*)?{_COMMENT}(?:<!doctype svg[^>]{{0,300}}>\s*)?<svg\b"
        ),
        "image/svg+xml",
    ),
    (
        re.compile(rf"(?is){_COMMENT}<(?:!doctype\s+html|html|head|body|table|div|p|h1|meta)\b"),
        "text/html",
    ),
    (re.compile(r"<\?xml\b"), "application/xml"),
    (
        re.compile(
            r"(?i)(?:From [^\n]{1,200}\n)?(?:(?:received|return-path|delivered-to|from|to|subject"
            r"|date"
            r"|message-id|mime-version|x-[a-z-]{1,60}|arc-[a-z-]{1,40}|dkim-signature|authentication-results)"
            r":[^\n]*\r?\n(?:[ \t][^\n]*\n){0,60}){3}"
        ),
        "message/rfc822",
    ),
)
_SAMPLE = 64 * 1024


def sniff(content: bytes, *, name: str = "") -> str:
    """Return the media type of a file's bytes, `application/octet-stream` when they tell nothing.

    A file that is not what its name says is known by what it is: a PNG called `data.csv` is
    `image/png`, a CSV called `data.xlsx` is `text/csv`. An empty file is `application/x-empty`.
    Never raises.
    """
    if not content:
        return EMPTY
    found = _by_magic(content) or _by_container(content)
    if found is not None:
        return found
    text = _as_text(content)
    return UNKNOWN if text is None else _text_type(text, name)


def _by_magic(content: bytes) -> str | None:
    for magic, media_type in _MAGIC:
        if content.startswith(magic) and not _merely_letters(magic, content):
            return media_type
    return "application/pdf" if b"%PDF-" in content[:1024] else None


def _by_container(content: bytes) -> str | None:
    if content.startswith(b"RIFF"):
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _brand(content[8:12])
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return sniff_container.zip_type(content)
    return (
        sniff_container.ole_type(content) if content.startswith(sniff_container.OLE_MAGIC) else None
    )


def _merely_letters(magic: bytes, content: bytes) -> bool:
    """Whether the few letters of a short signature open what is plainly a text."""
    return magic.isalnum() and len(magic) <= 4 and _as_text(content) is not None


def _brand(brand: bytes) -> str:
    if brand in {b"heic", b"heix", b"mif1", b"heim"}:
        return "image/heic"
    if brand == b"avif":
        return "image/avif"
    return "audio/mp4" if brand == b"M4A " else "video/mp4"


def _as_text(content: bytes) -> str | None:
    sample = content[:_SAMPLE]
    for mark, name in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return charset.safe(sample.decode(name, "replace"))
    # One control character in a thousand is an accident in a text; more is no text.
    if b"\0" in sample or len(_CONTROLS.findall(sample)) * 1000 > len(sample):
        return None
    return charset.decode(sample)[0].removeprefix("\ufeff")


def _text_type(text: str, name: str) -> str:
    """What a text is: by how it begins, else by its name, else by its shape."""
    head = text[:8192].lstrip()
    extension = name.rpartition(".")[2].lower()
    begins = next((media_type for pattern, media_type in _BEGINNINGS if pattern.match(head)), None)
    if begins is not None:
        return begins
    if extension in {"html", "htm"} and _TAG.search(head):
        return "text/html"
    named = _TEXT_NAMES.get(extension)
    if named == "application/json" or (named is None and _is_json(head, text)):
        return "application/json" if head[:1] in {"{", "["} else "text/plain"
    return named or _table_type(text)


def _is_json(head: str, text: str) -> bool:
    return head[:1] in {"{", "["} and (len(text) >= _SAMPLE or text.rstrip()[-1:] in {"}", "]"})


def _table_type(text: str) -> str:
    """Tell a table from prose: the same number of separators in each of the first lines."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if len(lines) == 20 or len(text) >= _SAMPLE:
        lines = lines[:-1]
    for mark in "\t;,|":
        counts = {_unquoted_count(line, mark) for line in lines}
        if len(lines) >= 2 and len(counts) == 1 and counts != {0}:
            return "text/tab-separated-values" if mark == "\t" else "text/csv"
    return "text/plain"


def _unquoted_count(line: str, mark: str) -> int:
    return sum(piece.count(mark) for piece in line.split('"')[::2])
