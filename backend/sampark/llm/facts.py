"""What code tells a model beside the requester's words: when, and which files by handle.

A file's name is somebody's words, and so never told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sampark.domain.task import Task, TaskInput

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HANDLE = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class FileFact:
    """One attached file. `size` in bytes."""

    handle: str
    media_type: str
    size: int


def sent(task: Task) -> str:
    """Return when a task was asked: weekday, ISO 8601 in the requester's offset, time zone."""
    weekday = _WEEKDAYS[task.asked_at.weekday()]
    zone = f" ({task.timezone})" if task.timezone else ""
    return f"{weekday}, {task.asked_at.isoformat(timespec='minutes')}{zone}"


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
