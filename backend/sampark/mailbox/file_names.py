"""Names of attached files: what a mail calls them, made fit to be a name on any disk."""

import re
import unicodedata

from sampark.mailbox import charset, limits

_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u2028\u2029\ufffd]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")

_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/html": "html",
    "text/markdown": "md",
    "text/plain": "txt",
}


def clean_name(name: str, *, media_type: str = "", number: int = 1) -> str:
    """Return a file name of at most 120 characters, without path, control or direction marks.

    Leading dots and trailing dots or spaces go; the extension survives shortening. A name of which
    nothing is left becomes `attachment-<number>` with the extension of the sniffed media type.
    """
    plain = (
        unicodedata.normalize("NFC", charset.visible(name)).replace("\\", "/").rpartition("/")[2]
    )
    plain = " ".join(_UNFIT.sub(" ", plain).split()).lstrip(". ").rstrip(". ")
    # Windows opens a device and no file under these names.
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    if not plain:
        extension = _EXTENSIONS.get(media_type)
        return f"attachment-{number}.{extension}" if extension else f"attachment-{number}"
    if len(plain) <= limits.FILE_NAME:
        return plain
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > 10:
        return plain[: limits.FILE_NAME]
    return f"{stem[: limits.FILE_NAME - len(extension) - 1]}.{extension}"
