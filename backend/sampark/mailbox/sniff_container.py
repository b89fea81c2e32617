"""Files that hold files: a ZIP's directory and an OLE file's stream names tell what they are."""

import re
import struct

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_OFFICE = "application/x-encrypted-office"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_PARTS = (
    ("word/document.xml", f"{_OFFICE}.wordprocessingml.document"),
    ("xl/workbook.xml", f"{_OFFICE}.spreadsheetml.sheet"),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    ("ppt/presentation.xml", f"{_OFFICE}.presentationml.presentation"),
)
_MACROS = {
    f"{_OFFICE}.wordprocessingml.document": "application/vnd.ms-word.document.macroenabled.12",
    f"{_OFFICE}.spreadsheetml.sheet": "application/vnd.ms-excel.sheet.macroenabled.12",
}
_STREAMS = (
    ("EncryptedPackage", ENCRYPTED_OFFICE),
    ("__substg1.0_", "application/vnd.ms-outlook"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_MOST_ENTRIES = 1000
_TAIL = 65_557  # the end record and the longest comment it may carry (ZIP application note 4.3.16)


def zip_type(content: bytes) -> str:
    """Return the media type of a ZIP: an office document by its parts, else `application/zip`.

    Reads the names of at most 1,000 entries and unpacks nothing. Never raises.
    """
    names = entry_names(content)
    if "mimetype" in names:
        found = re.match(
            rb"PK\x03\x04.{26}mimetype(application/[a-z0-9.+-]{3,80})", content[:200], re.DOTALL
        )
        if found:
            return found[1].decode("ascii").removesuffix("PK")
    for part, media_type in _PARTS:
        if part in names:
            macros = any(name.endswith("vbaProject.bin") for name in names)
            return _MACROS.get(media_type, media_type) if macros else media_type
    return "application/zip"


def entry_names(content: bytes) -> set[str]:
    """Return the names in a ZIP's central directory, at most 1,000; empty without one."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - _TAIL))
    if end < 0 or end + 22 > len(content):
        return set()
    size, offset = struct.unpack_from("<II", content, end + 12)
    # The offset is wrong where something stands before the archive; the size still leads to it.
    position = offset if content.startswith(b"PK\x01\x02", offset) else max(0, end - size)
    names: set[str] = set()
    while len(names) < _MOST_ENTRIES and content.startswith(b"PK\x01\x02", position):
        if position + 46 > len(content):
            break
        name, extra, comment = struct.unpack_from("<HHH", content, position + 28)
        names.add(content[position + 46 : position + 46 + name].decode("utf-8", "replace"))
        position += 46 + name + extra + comment
    return names


def ole_type(content: bytes) -> str:
    """Return what an OLE file is: an old Office file, an Outlook message, encrypted."""
    for stream, media_type in _STREAMS:
        if stream.encode("utf-16-le") in content:
            return media_type
    return "application/x-ole-storage"
