"""What the reader of mail accepts, checked on bytes before anything is parsed.

Each figure is far above what honest mail needs and far below what makes a parser slow: one megabyte
of addresses, MIME parts or header lines costs a general parser minutes.
"""

import re
from collections.abc import Iterator

MAIL_BYTES = 64_000_000
HEADER_BYTES = 64 * 1024
FIELD_BYTES = 8 * 1024
AUTH_FIELD_BYTES = 16 * 1024
FIELDS = 300
PARTS = 200
DEPTH = 20
ADDRESSES = 100
NAME_PIECES = 50
FILES_BYTES = 128_000_000
TEXT_BYTES = 8 * 1024 * 1024
HTML_CHARACTERS = 1024 * 1024
HTML_DEPTH = 200
HTML_TAGS = 20_000
CHECKED_HTML = 256 * 1024
CHECKED_TAGS = 8_000
BODY_CHARACTERS = 1024 * 1024
BODY_LINES = 20_000
FILE_NAME = 120
REFERENCES = 100

TOO_MANY_PARTS = f"The mail has more than {PARTS} parts; the rest was not read."
TOO_DEEP = f"The mail nests deeper than {DEPTH} levels; what is below was not read."
TOO_MUCH_IN_FILES = (
    f"The files of the mail are over {FILES_BYTES // 1_000_000} MB in all; the rest was left out."
)
LEFT_UNREAD = frozenset({TOO_MANY_PARTS, TOO_DEEP, TOO_MUCH_IN_FILES})
"""Notes that own up to files or words which were not looked at."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")


def head_of(raw: bytes) -> bytes:
    """Return the headers of a mail as they came, without its body.

    Headers over the limit are cut behind it, so that whoever reads them sees that they are.
    """
    found = _BLANK_LINE.search(raw, 0, HEADER_BYTES + 2)
    return raw[: HEADER_BYTES + 2] if found is None else raw[: found.end()]


class Notes:
    """What was odd in reading one mail, in the order it was met, each said once."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def add(self, note: str) -> None:
        """Keep a note; a note already kept is not repeated."""
        self._seen.setdefault(note)

    def __iter__(self) -> Iterator[str]:
        return iter(self._seen)
