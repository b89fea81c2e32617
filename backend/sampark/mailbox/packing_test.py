import gzip
import hashlib
import io
import os
import tarfile
import zipfile
from random import Random

import pytest

from sampark.domain.value import File
from sampark.mailbox.packing import archived, blocked_name, pack


def given(**contents):
    """Return files and their contents; `_` in a name stands for a dot."""
    files = [
        File(
            name=name.replace("_", "."),
            media_type="application/octet-stream",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for name, content in contents.items()
    ]
    return files, {
        file.sha256: content for file, content in zip(files, contents.values(), strict=True)
    }


def zipped(**contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def tarred(name, how="gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{how}") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return out.getvalue()


def test_what_fits_goes_as_it_is():
    files, contents = given(a_csv=b"1", b_pdf=b"2")
    packed = pack(files, contents)
    assert (packed.files, packed.left_out) == (tuple(files), ())


def test_behaviour_23_what_is_too_large_is_zipped_where_that_helps():
    files, contents = given(a_csv=b"1,2\n" * 5_000, b_csv=b"3,4\n" * 5_000)
    packed = pack(files, contents, room=10_000)
    (bundle,) = packed.files
    assert (bundle.name, packed.left_out) == ("files.zip", ())
    with zipfile.ZipFile(io.BytesIO(packed.made[bundle.sha256])) as archive:
        assert archive.namelist() == ["a.csv", "b.csv"]
        assert archive.read("a.csv") == contents[files[0].sha256]
    assert pack(files, contents, room=10_000) == packed


def test_behaviour_23_what_does_not_fit_is_left_out_by_name():
    files, contents = given(a_bin=os.urandom(3_000), b_bin=os.urandom(30_000), c_bin=b"c")
    packed = pack(files, contents, room=10_000)
    assert [file.name for file in packed.files] == ["a.bin", "c.bin"]
    (left,) = packed.left_out
    assert (left.name, left.size) == ("b.bin", 30_000)
    assert "too large" in left.reason


@pytest.mark.parametrize(
    "name, content, ending",
    [
        ("setup_EXE", b"MZ", "exe"),
        ("run_bat", b"", "bat"),
        ("all_zip", zipped(a_txt=b"", b_js=b""), "js"),
        ("deep_zip", zipped(inner_zip=zipped(c_vbs=b"")), "vbs"),
        ("all_tgz", tarred("tools/x.scr"), "scr"),
        ("all_bin", tarred("tools/x.scr", "bz2"), "scr"),
        ("all_xz", tarred("tools/x.scr", "xz"), "scr"),
        ("setup_EXE_gz", b"", "exe"),
        ("deep_zip", zipped(inner_tar_bz2=tarred("c.vbs", "bz2")), "vbs"),
    ],
)
def test_behaviour_23_programs_are_not_sent_also_in_archives(name, content, ending):
    files, contents = given(**{name: content, "fine_pdf": b"%PDF"})
    packed = pack(files, contents)
    assert [file.name for file in packed.files] == ["fine.pdf"]
    assert f".{ending}" in packed.left_out[0].reason


def test_an_archive_that_unpacks_without_end_is_looked_into_for_a_while():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
        for name, size in (("a.txt", 300_000_000), ("b.exe", 0)):
            entry = tarfile.TarInfo(name)
            entry.size = size
            archive.addfile(entry, io.BytesIO(bytes(size)))
    files, contents = given(a_tgz=out.getvalue())
    assert pack(files, contents).files == tuple(files)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\x1f\x8b broken", b"BZh", b"\xfd7zXZ\0 broken", os.urandom(600)],
)
def test_what_only_looks_like_an_archive_is_a_file(content):
    files, contents = given(a_zip=content)
    assert pack(files, contents).files == tuple(files)


@pytest.mark.parametrize(
    "name, ending",
    [
        ("a.exe", "exe"),
        ("a.exe. ", "exe"),
        ("x\\a.Js", "js"),
        ("a.json", ""),
        ("a.js.gz.bz2", "js"),
        ("a.tar.gz", ""),
        (".gz", ""),
        ("exe", ""),
        ("", ""),
    ],
)
def test_endings_are_read_as_they_are_opened(name, ending):
    assert blocked_name(name) == ending


def test_a_damaged_archive_is_none():
    random = Random(1)
    inner, outer, tar = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.csv", "1")
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "hello" * 50)
        archive.writestr("in.zip", inner.getvalue())
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("\u00e9" * 30))
    for whole in (outer.getvalue(), tar.getvalue(), gzip.compress(tar.getvalue())):
        for _ in range(1_500):
            damaged = bytearray(whole)
            for _ in range(random.randint(1, 4)):
                damaged[random.randrange(len(damaged))] = random.randrange(256)
            assert all(isinstance(name, str) for name in archived(bytes(damaged)))


def test_of_archives_made_to_swell_the_first_are_looked_at():
    tar, outer = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        large = tarfile.TarInfo("large.bin")
        large.size = 60_000_000
        archive.addfile(large, io.BytesIO(bytes(large.size)))
        archive.addfile(tarfile.TarInfo("last.txt"))
    with zipfile.ZipFile(outer, "w") as archive:
        for number in range(10):
            archive.writestr(f"{number}.tgz", tar.getvalue())
    assert 1 <= list(archived(outer.getvalue())).count("last.txt") <= 5
