"""Files of the task: opening what the requester attached."""

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Handle, Prior, Tool
from sampark.domain.value import File


class OpenFile(Frozen):
    """Which attachment, by handle such as `att1`."""

    handle: Handle


class OpenedFile(Frozen):
    """The attached file."""

    file: File


def open_file(given: OpenFile, bench: Bench) -> OpenedFile:
    """Return the attachment of that handle; raises StepFailed if the mail has none."""
    return OpenedFile(file=bench.attachment(given.handle))


FILE_OPEN = Tool(
    name="file.open",
    summary="Open a file that the requester attached.",
    input=OpenFile,
    output=OpenedFile,
    run=open_file,
    prior=Prior(p50=0.01, p90=0.05),
)
