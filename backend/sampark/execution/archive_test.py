from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from sampark.errors import StepFailed
from sampark.execution.archive import open_package, pack, settle


def package(entries: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 not a zip", "“a.xlsx” is damaged"),
        (package({"a": b"0" * 30_000_000}), "unpacks to 28 MB, which is too large for its 28 KB"),
        (package({f"a{n}": b"" for n in range(1001)}), "holds 1,001 parts; 1,000 are the limit"),
        (
            package({"a.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'}),
            "plain office",
        ),
    ],
)
def test_bombs_and_damage_are_refused_before_unpacking(content, words):
    with pytest.raises(StepFailed, match=words):
        open_package("a.xlsx", content)


def test_an_encrypted_entry_is_told_as_a_password():
    content = bytearray(package({"a.xml": b"x" * 10}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    with pytest.raises(StepFailed, match="password"):
        open_package("a.xlsx", bytes(content))


def test_an_honest_package_opens():
    with open_package("a.xlsx", package({"a.xml": b"<x/>"})) as archive:
        assert archive.read("a.xml") == b"<x/>"


def test_the_same_entries_give_the_same_bytes():
    entries = {"a": b"1", "b/c": b"2"}
    assert pack(entries) == settle(package(entries)) == settle(settle(package(entries)))
