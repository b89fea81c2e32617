"""Zip packages: bombs are refused before they unpack; the same entries give the same bytes."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from sampark.errors import StepFailed
from sampark.execution.limits import MB, ZIP_BYTES, ZIP_ENTRIES, ZIP_RATIO

DAMAGED: tuple[type[Exception], ...] = (
    BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, IndexError, TypeError,
    AttributeError, NotImplementedError, SyntaxError,
)  # fmt: skip
"""What zipfile, openpyxl and python-docx raise on damaged packages (seen by fuzzing)."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip entry can bear


def open_package(name: str, content: bytes) -> ZipFile:
    """Open a zip package (xlsx, docx) whose unpacked size is within limits.

    The sizes are the ones that the directory declares: Python's reader never gives out more.

    Raises:
        StepFailed: The package is damaged, protected, too large unpacked, or carries an XML
            document type (office files have none; it is how XML bombs are built).
    """
    try:
        package = ZipFile(BytesIO(content))
        _check(name, package)
    except DAMAGED:
        raise StepFailed(f"“{name}” is damaged and cannot be opened.", fix=_AGAIN) from None
    return package


def pack(entries: dict[str, bytes]) -> bytes:
    """Return a zip of named contents; the same entries always give the same bytes."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for name, content in entries.items():
            info = ZipInfo(name, date_time=_EPOCH)
            info.compress_type = ZIP_DEFLATED
            package.writestr(info, content)
    return target.getvalue()


def settle(content: bytes) -> bytes:
    """Return a zip package with every entry's clock time taken out."""
    with ZipFile(BytesIO(content)) as package:
        return pack({name: package.read(name) for name in package.namelist()})


_AGAIN = "Please save it again and send the new file."


def _check(name: str, package: ZipFile) -> None:
    entries = package.infolist()
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise StepFailed(f"“{name}” is protected by a password.", fix="Please send it without one.")
    if len(entries) > ZIP_ENTRIES:
        raise StepFailed(f"“{name}” holds {len(entries):,} parts; {ZIP_ENTRIES:,} are the limit.")
    if size > ZIP_BYTES or (size > MB and size > ZIP_RATIO * max(packed, 1)):
        problem = (
            f"“{name}” unpacks to {size // MB:,} MB, which is too large for its {_kb(packed)}."
        )
        raise StepFailed(problem, fix="Please send only the part that matters.")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            with package.open(entry) as part:
                if b"<!DOCTYPE" in part.read(4096):
                    raise StepFailed(f"“{name}” is not a plain office file.", fix=_AGAIN)


def _kb(size: int) -> str:
    return f"{max(size // 1024, 1):,} KB"
