"""What goes into header lines: the subject and the names of the attachments."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from sampark.domain.value import File
from sampark.reply import inert

SUBJECT_LIMIT = 400
NAME_LIMIT = 80

_REPLY_MARKS = re.compile(r"^(?:re(?:\[\d{1,3}\])?\s*:\s*)+", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")
_LETTERS = ("L", "M", "Nd")  # Unicode categories: letters with their marks, digits
_NAME_BYTES = 240  # file systems take 255


def subject(stored: str) -> str:
    """Return a stored subject as one clean line without its `Re:` marks; at most 400 characters.

    Every other word stays, because threads are told apart by them.
    """
    return inert.line(_REPLY_MARKS.sub("", inert.line(stored)), SUBJECT_LIMIT)


def file_name(name: str) -> str:
    """Return a name that is safe in a header and on any disk, of 1 to 80 characters.

    Letters and digits of every script and `._ -` stay; other characters become a space; a name of
    which nothing is left is `file`.
    """
    path = PurePosixPath(inert.line(name).replace("\\", "/"))
    suffix = path.suffix if _SUFFIX.fullmatch(path.suffix) else ""
    stem = _plain(path.name.removesuffix(suffix)) or "file"
    short = stem[: NAME_LIMIT - len(suffix)].encode()[: _NAME_BYTES - len(suffix)]
    return short.decode(errors="ignore").rstrip(" .") + suffix


def attachable(files: Iterable[File]) -> tuple[File, ...]:
    """Return the files under clean names, no two alike: a second `report.pdf` is `report-2.pdf`."""
    taken: set[str] = set()
    named: list[File] = []
    for file in files:
        name = _free(file_name(file.name), taken)
        taken.add(name.lower())
        named.append(file.model_copy(update={"name": name}))
    return tuple(named)


def _free(name: str, taken: set[str]) -> str:
    path = PurePosixPath(name)
    free, number = name, 1
    while free.lower() in taken:
        number += 1
        free = f"{path.stem[: NAME_LIMIT - 20]}-{number}{path.suffix}"
    return free


def _plain(part: str) -> str:
    letters = unicodedata.normalize("NFKC", part)
    kept = "".join(char if _stays(char) else " " for char in letters)
    plain = " ".join(kept.split()).strip(" ._-")
    return plain if any(char.isalnum() for char in plain) else ""


def _stays(char: str) -> bool:
    return char in "._-" or unicodedata.category(char).startswith(_LETTERS)
