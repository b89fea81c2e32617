"""Files for a trial: named, read, and seen exactly as if they had come with a mail."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sampark.domain.mail import Attachment, Message
from sampark.domain.task import TaskInput
from sampark.errors import SettingsError
from sampark.mailbox import mime
from sampark.sandbox.samples import sample
from sampark.testing.builders import mail

Files = Mapping[str, bytes] | Iterable[str | Path] | str | Path
"""Content by name, or the names of sample files, or the paths of files on this machine."""


def attached(files: Files) -> dict[str, bytes]:
    """Return the content by name.

    Raises:
        SettingsError: There is no such sample, or the file cannot be read.
    """
    match files:
        case str() | Path():
            return dict([_file(files)])
        case Mapping():
            return {str(name): bytes(content) for name, content in files.items()}
        case _:
            return dict(_file(each) for each in files)


def parsed(words: str, *, subject: str, files: Mapping[str, bytes], sender: str) -> Message:
    """Return the mail that would bring these words and files, parsed as any mail is."""
    return mime.parse(mail(words, subject=subject, sender=sender, files=files).as_bytes())


def handles(files: Mapping[str, bytes]) -> dict[str, Attachment]:
    """Return the files by the handle that a plan knows them by: `att1`, `att2`, ..."""
    message = parsed("Files", subject="Files", files=files, sender="you@example.com")
    items = [item for item in message.attachments if not item.inline]
    return {f"att{number}": item for number, item in enumerate(items, start=1)}


def inputs(files: Mapping[str, bytes]) -> tuple[TaskInput, ...]:
    """Return the files as a task or a plan lists them."""
    return tuple(
        TaskInput(handle=handle, name=item.name, media_type=item.media_type, size=item.size)
        for handle, item in handles(files).items()
    )


def _file(named: str | Path) -> tuple[str, bytes]:
    if isinstance(named, str):
        return named, sample(named)
    try:
        return named.name, named.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"the file {named} cannot be read: {error.strerror or error}.",
            fix="Give the path of a file, or the name of a sample.",
        ) from error
