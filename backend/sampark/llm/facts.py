"""What code says about an attached file to a model. The file's name is its sender's words and stays out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sampark.domain.task import TaskInput

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
_HANDLE = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class FileFact:
    """One attached file. `size` in bytes."""

    handle: str
    media_type: str
    size: int


def files(inputs: Iterable[TaskInput]) -> tuple[FileFact, ...]:
    """Return what may be told of attached files.

    A media type that is not in RFC 6838 form is told as application/octet-stream.

    Raises:
        ValueError: a handle is not a plain word, so it was not made by code.
    """
    return tuple(_fact(item) for item in inputs)


def _fact(item: TaskInput) -> FileFact:
    if _HANDLE.fullmatch(item.handle) is None:
        raise ValueError("a file's handle is letters, digits, hyphens and underscores only")
    media_type = item.media_type.lower()
    known = _MEDIA_TYPE.fullmatch(media_type) is not None
    return FileFact(item.handle, media_type if known else "application/octet-stream", item.size)
