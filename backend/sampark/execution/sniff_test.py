from datetime import UTC, datetime

import pytest

from sampark.errors import StepFailed
from sampark.execution.archive import pack
from sampark.execution.bench import MemoryBench
from sampark.execution.naming import file_title, stem, suffix
from sampark.execution.sniff import KINDS, identify, load, named

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100
TYPES = b"<Types/>"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"%PDF-1.7 ...", "pdf"),
        ("a.txt", b"\n\n%PDF-1.4", "pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n...", "png"),
        ("a.bin", b"\xff\xd8\xff\xe0", "jpg"),
        ("a", b"GIF89a", "gif"),
        ("a", b"RIFF....WEBPVP8", "webp"),
        ("a.xlsx", b"PAR1....PAR1", "parquet"),
        ("a.doc", b"{\\rtf1 x}", "rtf"),
        ("a.csv", pack({"[Content_Types].xml": TYPES, "xl/workbook.xml": b""}), "xlsx"),
        ("a.csv", pack({"[Content_Types].xml": TYPES, "word/document.xml": b""}), "docx"),
        ("a", pack({"[Content_Types].xml": TYPES, "ppt/presentation.xml": b""}), "pptx"),
        ("a.xlsx", pack({"a.txt": b"x"}), "zip"),
        ("a.xlsx", b"PK\x03\x04broken", "zip"),
        ("a", pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "zip"),
        ("a.xls", COMPOUND + "Workbook".encode("utf-16-le"), "xls"),
        ("a.xlsx", COMPOUND + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.doc", COMPOUND + "WordDocument".encode("utf-16-le"), "doc"),
        ("a.msi", COMPOUND, "unknown"),
        ("a.csv", b"a,b\n1,2\n", "csv"),
        ("a.TAB", b"a\tb\n", "tsv"),
        ("a.markdown", b"# a", "md"),
        ("a.csv", b"\xef\xbb\xbf <!DOCTYPE html><html>", "html"),
        ("a.htm", b"<p>x", "html"),
        ("a.csv", "a,b\nä,ö\n".encode("utf-16"), "csv"),
        ("notes", b"hello", "txt"),
        ("a.csv", bytes(range(256)) * 4, "unknown"),
    ],
)
def test_the_bytes_decide_and_the_name_only_among_texts(name, content, kind):
    assert identify(name, content) == kind


def test_every_kind_has_words():
    assert all(named(kind) for kind in KINDS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"x" * (25 * 1024 * 1024 + 1), "has 25 MB; 25 MB is the limit"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(content, words):
    bench = MemoryBench.alone(datetime(2024, 1, 1, tzinfo=UTC))
    file = bench.write("a.xlsx", "x", content)
    with pytest.raises(StepFailed, match=f"“a.xlsx” .*{words}"):
        load(bench, file)


def test_names_are_taken_apart_and_made():
    assert (stem("../x/a.b.csv"), stem("C:\\x\\a.csv"), stem(".csv")) == ("a.b", "a", ".csv")
    assert (suffix("A.CSV"), suffix("a")) == ("csv", "")
    assert file_title("Sales: Q1/Q2 – “north”.xlsx") == "Sales Q1 Q2 north"
    assert file_title("///") == "file"
