"""What goes along with a mail: only what Gmail carries, and no more than fits.

Gmail refuses programs, also inside archives, and any mail over 25 MB encoded. What is too large is
zipped where that helps; what still does not fit is left out, by name and with the reason.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from typing_extensions import Buffer

from sampark.domain.base import Frozen
from sampark.domain.run import LeftOut
from sampark.domain.value import File
from sampark.mailbox.build import LARGEST

ROOM = LARGEST - 2_000_000
"""Bytes for encoded files: the rest is for the bodies and their pictures."""

# Google, "File types blocked in Gmail".
BLOCKED = frozenset(
    """ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe
    hta img ins iso isp jar jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1
    scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh xll""".split()  # noqa: SIM905 - a list of names
)
_TOO_LARGE = (
    "it is too large for a mail, which carries about 16 MB of files."
    " Reply to ask for a part of it, such as some of its pages or rows."
)
_TOO_MANY = "it is too large for this mail together with the others. Reply to ask for it by itself."
_ZIP = b"PK\x03\x04"
_COMPRESSED = frozenset((".gz", ".bz2", ".xz"))
_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz")
_DEPTH = 3
_MOST_NAMES = 5_000
_MOST_UNPACKED = 256_000_000  # bytes, of one file and all the archives in it
_MOST_INSIDE = 32_000_000  # bytes that an archive inside an archive may have to be looked into
# What the readers of archives say of one that is damaged, or packed in a way that they do not know.
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
)


class Packed(Frozen):
    """What is attached and what is not. `made` are contents that are new, by SHA-256."""

    files: tuple[File, ...]
    left_out: tuple[LeftOut, ...] = ()
    made: Mapping[str, bytes] = {}


def pack(files: Sequence[File], contents: Mapping[str, bytes], *, room: int = ROOM) -> Packed:
    """Return which files a mail carries.

    Args:
        files: what is to go along, in the order of their importance.
        contents: the bytes of each, by SHA-256.
        room: how many bytes the attached files may take when they are encoded.
    """
    barred = {file: reason for file in files if (reason := _blocked(file, contents[file.sha256]))}
    left = [LeftOut(name=file.name, size=file.size, reason=barred[file]) for file in barred]
    carried = [file for file in files if file not in barred]
    if sum(map(_encoded, carried)) <= room:
        return Packed(files=tuple(carried), left_out=tuple(left))
    whole = _zipped(carried, contents)
    bundle = File(
        name="files.zip",
        media_type="application/zip",
        size=len(whole),
        sha256=hashlib.sha256(whole).hexdigest(),
    )
    if _encoded(bundle) <= room:
        return Packed(files=(bundle,), left_out=tuple(left), made={bundle.sha256: whole})
    kept: list[File] = []
    for file in carried:
        if sum(map(_encoded, kept)) + _encoded(file) <= room:
            kept.append(file)
        else:
            alone = _encoded(file) <= room
            reason = _TOO_MANY if alone else _TOO_LARGE
            left.append(LeftOut(name=file.name, size=file.size, reason=reason))
    return Packed(files=tuple(kept), left_out=tuple(left))


def blocked_name(name: str) -> str:
    """Return the ending of a name for which Gmail refuses a mail, "" if it does not.

    Of `setup.exe.gz` it is `exe`: Gmail looks through what is only compressed.
    """
    path = PurePosixPath(name.replace("\\", "/").rstrip(" ."))
    while path.suffix.lower() in _COMPRESSED:
        path = path.with_suffix("")
    ending = path.suffix.lower().lstrip(".")
    return ending if ending in BLOCKED else ""


def _encoded(file: File) -> int:
    """Return how many bytes a file takes as Base64 in lines, its headers included."""
    return -(-file.size // 3) * 4 * 78 // 76 + 1_000


def _blocked(file: File, content: bytes) -> str:
    if ending := blocked_name(file.name):
        return f"Gmail carries no .{ending} files"
    inside = next((ending for ending in map(blocked_name, archived(content)) if ending), "")
    return f"Gmail carries no archives with .{inside} files in them" if inside else ""


def archived(content: bytes) -> Iterator[str]:
    """Yield the names in an archive and in the archives in it; nothing for what is none.

    What is unpacked for it is bounded, in all: of an archive made to swell only the beginning is
    looked at.
    """
    yield from _names(content, _DEPTH, _Room(_MOST_UNPACKED))


@dataclass
class _Room:
    """How many bytes may still be unpacked."""

    left: int


def _names(content: bytes, depth: int, room: _Room) -> Iterator[str]:
    try:
        if content.startswith(_ZIP):
            yield from _in_zip(content, depth, room)
        elif content[257:262] == b"ustar":
            yield from _in_tar(io.BytesIO(content))
        elif (unpacked := _unpacked(content)) is not None:
            yield from _in_tar(io.BufferedReader(_Bounded(unpacked, room)))
    except _DAMAGED:
        return  # it is no archive that anybody could open


def _unpacked(content: bytes) -> io.BufferedIOBase | None:
    """Return a stream of what was compressed; None for what is not."""
    packed = io.BytesIO(content)
    if content.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=packed)
    if content.startswith(b"BZh"):
        return bz2.BZ2File(packed)
    return lzma.LZMAFile(packed) if content.startswith(b"\xfd7zXZ") else None


class _Bounded(io.RawIOBase):
    """The beginning of a stream: what is small may have been made to unpack for hours."""

    def __init__(self, stream: io.BufferedIOBase, room: _Room) -> None:
        self._stream = stream
        self._room = room

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer as far as there is more; return how far."""
        view = memoryview(buffer)[: self._room.left]
        count = self._stream.readinto(view)
        self._room.left -= count
        return count


def _in_tar(stream: io.BytesIO | io.BufferedReader) -> Iterator[str]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member, _ in zip(archive, range(_MOST_NAMES), strict=False):
            yield member.name


def _in_zip(content: bytes, depth: int, room: _Room) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist()[:_MOST_NAMES]:
            yield entry.filename
            inner = entry.filename.lower().endswith(_ARCHIVES)
            fits = entry.file_size <= min(_MOST_INSIDE, room.left)
            if inner and depth > 1 and fits and not entry.flag_bits & 1:
                room.left -= entry.file_size
                yield from _names(archive.read(entry), depth - 1, room)


def _zipped(files: Sequence[File], contents: Mapping[str, bytes]) -> bytes:
    """Return the files as one archive; the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        taken: set[str] = set()
        for number, file in enumerate(files, start=1):
            name = PurePosixPath(file.name.replace("\\", "/")).name or "file"
            name = f"{number}-{name}" if name.lower() in taken else name
            taken.add(name.lower())
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[file.sha256])
    return out.getvalue()
