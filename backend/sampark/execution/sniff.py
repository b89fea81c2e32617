"""What a file really is, by its first bytes; the name only decides between kinds of text."""

from io import BytesIO
from typing import Literal, get_args
from zipfile import BadZipFile, ZipFile

from sampark.domain.ports import Bench
from sampark.domain.value import File
from sampark.errors import StepFailed
from sampark.execution.limits import FILE_BYTES, MB
from sampark.execution.naming import suffix
from sampark.execution.text import looks_like_text

Kind = Literal[
    "csv", "tsv", "xlsx", "parquet", "docx", "md", "html", "txt", "pdf", "png", "jpg",
    "xls", "doc", "pptx", "ods", "odt", "rtf", "zip", "gif", "webp", "encrypted", "unknown",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown",
    "html": "text/html",
    "txt": "text/plain",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "zip": "application/zip",
    "ics": "text/calendar",
}

_NAMES: dict[Kind, str] = {
    "csv": "a CSV table",
    "tsv": "a tab-separated table",
    "xlsx": "an Excel workbook",
    "parquet": "a Parquet table",
    "docx": "a Word document",
    "md": "a Markdown text",
    "html": "a web page (HTML)",
    "txt": "a plain text",
    "pdf": "a PDF",
    "png": "a PNG picture",
    "jpg": "a JPEG picture",
    "xls": "a workbook of the old Excel format (.xls)",
    "doc": "a document of the old Word format (.doc)",
    "pptx": "a PowerPoint presentation",
    "ods": "an OpenDocument spreadsheet",
    "odt": "an OpenDocument text",
    "rtf": "an RTF document",
    "zip": "a zip archive",
    "gif": "a GIF picture",
    "webp": "a WebP picture",
    "encrypted": "an Office file protected by a password",
    "unknown": "of a kind that is not known here",
}

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
    (b"PK\x05\x06", "zip"),
)
_SUFFIXES: dict[str, Kind] = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "md": "md",
    "markdown": "md",
    "html": "html",
    "htm": "html",
}


def named(kind: Kind) -> str:
    """Return the kind in words, with its article: `a PDF`."""
    return _NAMES[kind]


def identify(name: str, content: bytes) -> Kind:
    """Return what the content is. Text is told apart by the name's suffix, else it is `txt`."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(content)
    return _text(name, content) if looks_like_text(content) else "unknown"


def load(bench: Bench, file: File) -> tuple[Kind, bytes]:
    """Return a file's real kind and its content.

    Raises:
        StepFailed: It is empty, larger than 25 MB, or protected by a password.
    """
    content = bench.read(file)
    if not content.strip(b"\xef\xbb\xbf\xfe\xff \t\r\n"):
        raise StepFailed(f"“{file.name}” is empty.", fix="Please attach the file again.")
    if len(content) > FILE_BYTES:
        problem = f"“{file.name}” has {len(content) / MB:,.0f} MB; 25 MB is the limit."
        raise StepFailed(problem, fix="Please send a smaller part of it.")
    kind = identify(file.name, content)
    if kind == "encrypted":
        raise StepFailed(
            f"“{file.name}” is protected by a password.", fix="Please send it without one."
        )
    return kind, content


def _package(content: bytes) -> Kind:
    try:
        with ZipFile(BytesIO(content)) as package:
            names = package.namelist()
    except BadZipFile:
        return "zip"
    folders: tuple[tuple[str, Kind], ...] = (("xl/", "xlsx"), ("word/", "docx"), ("ppt/", "pptx"))
    for folder, kind in folders:
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return kind
    head = content[:200]
    if b"opendocument.spreadsheet" in head:
        return "ods"
    return "odt" if b"opendocument.text" in head else "zip"


def _compound(content: bytes) -> Kind:
    marks: tuple[tuple[str, Kind], ...] = (
        ("EncryptedPackage", "encrypted"),
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("Book", "xls"),
    )
    for mark, kind in marks:
        if mark.encode("utf-16-le") in content:
            return kind
    return "unknown"


def _text(name: str, content: bytes) -> Kind:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    return _SUFFIXES.get(suffix(name), "txt")
