"""What files are by their bytes, whatever they are called."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.sniff import sniff

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _zip(*names, content=b"x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

FILES = [
    (b"", "a.csv", "application/x-empty"),
    (b"%PDF-1.7\n...", "a.pdf", "application/pdf"),
    (b"junk before\n%PDF-1.4\n", "a.txt", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n....", "data.csv", "image/png"),
    (b"\xff\xd8\xff\xe0....", "a.png", "image/jpeg"),
    (b"GIF89a....", "", "image/gif"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "", "image/webp"),
    (b"\0\0\0\x18ftypheic", "", "image/heic"),
    (_zip("[Content_Types].xml", "xl/workbook.xml"), "a.zip", XLSX),
    (_zip("[Content_Types].xml", "word/document.xml"), "a.xlsx", DOCX),
    (
        _zip("xl/workbook.xml", "xl/vbaProject.bin"),
        "a.xlsx",
        "application/vnd.ms-excel.sheet.macroenabled.12",
    ),
    (_zip("inner.xlsx", content=_zip("xl/workbook.xml")), "a.zip", "application/zip"),
    (_zip("notes.txt"), "a.docx", "application/zip"),
    (
        _zip("mimetype", content=b"application/vnd.oasis.opendocument.text"),
        "",
        "application/vnd.oasis.opendocument.text",
    ),
    (b"PK\x03\x04 and nothing", "", "application/zip"),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "application/x-encrypted-office"),
    (OLE + "Workbook".encode("utf-16-le"), "a.xls", "application/vnd.ms-excel"),
    (OLE, "a.bin", "application/x-ole-storage"),
    (b"MZ\x90\0\x03\0\0\0", "a.pdf", "application/vnd.microsoft.portable-executable"),
    (b"MZ is how this sentence begins.", "a.txt", "text/plain"),
    (b"a,b,c\n1,2,3\n4,5,6\n", "a.csv", "text/csv"),
    (b"a,b,c\n1,2,3\n4,5,6\n", "a.xlsx", "text/csv"),
    (b"a,b,c\n1,2,3\n4,5,6\n", "", "text/csv"),
    (b'name;note\n"a;b";c\n', "", "text/csv"),
    (b"a\tb\n1\t2\n", "", "text/tab-separated-values"),
    ("a,b\n1,2\n".encode("utf-16"), "a.csv", "text/csv"),
    ("größe,b\n1,2\n".encode("latin-1"), "a.csv", "text/csv"),
    (b"one column\nonly\n", "a.csv", "text/csv"),
    (b"Just words, and more.\nOther words.\n", "a.pdf", "text/plain"),
    (b"# Title\n\n- one\n", "a.md", "text/markdown"),
    (b"# Title\n\n- one\n", "a.txt", "text/plain"),
    (b"<!DOCTYPE html><p>x", "a.csv", "text/html"),
    (b"<p>x</p>", "a.html", "text/html"),
    (b"no tag at all", "a.html", "text/plain"),
    (b"<?xml version='1.0'?><svg xmlns='x'/>", "", "image/svg+xml"),
    (b"<?xml version='1.0'?><a/>", "a.txt", "application/xml"),
    (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "a.txt", "text/calendar"),
    (b"BEGIN:VCARD\r\n", "", "text/vcard"),
    (b"From: a@b.cd\r\nTo: e@f.gh\r\nSubject: x\r\n\r\nwords", "a.txt", "message/rfc822"),
    (b"From: here\nit goes on\n", "a.txt", "text/plain"),
    (b'{"a": 1}', "", "application/json"),
    (b"[1, 2]", "a.json", "application/json"),
    (b"not json", "a.json", "text/plain"),
    (b"\0\1\2\3" * 100, "a.csv", "application/octet-stream"),
    (b"\x1f\x8b\x08\0", "a.csv", "application/gzip"),
]


@pytest.mark.parametrize(("content", "name", "media_type"), FILES)
def test_files_are_known_by_their_bytes(content, name, media_type):
    assert sniff(content, name=name) == media_type


def test_a_directory_that_lies_ends():
    content = (
        _zip("a") + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 2**32 - 1, 2**32 - 1, 0)
    )
    assert sniff(content) == "application/zip"


@given(st.binary(max_size=400), st.text(max_size=20))
def test_anything_is_something(content, name):
    assert "/" in sniff(content, name=name)


@given(
    st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"RIFF"]),
    st.binary(max_size=300),
)
def test_broken_containers_end(magic, rest):
    assert "/" in sniff(magic + rest)
