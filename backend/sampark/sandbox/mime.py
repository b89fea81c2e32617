"""The part tree of a mail, read from any bytes without raising: limits first, recursion bounded."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from sampark.sandbox.headers import Block, as_text, decode_words, read_block

_DEEPEST = 30
_MOST_PARTS = 1_000


@dataclass(frozen=True)
class Part:
    """One MIME part. `part_id` is Gmail's: "" for the mail, then "0", "1", "1.0", ..."""

    part_id: str
    block: Block
    media_type: str
    filename: str
    charset: str
    body: bytes
    """The body as transferred: still base64 or quoted-printable where it is so encoded."""
    parts: tuple["Part", ...]

    def content(self) -> bytes:
        """Return the body with its transfer encoding undone; damaged base64 gives what it can."""
        encoding = self.block.value("Content-Transfer-Encoding").strip().lower()
        if encoding == "base64":
            return _from_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        return self.body

    def text(self) -> str:
        """Return the content as text by its declared charset; what does not fit is replaced."""
        content = self.content()
        if not self.charset:
            return as_text(content)
        try:
            decoded = content.decode(self.charset, "replace")
        except (LookupError, ValueError):
            return as_text(content)
        return decoded.encode("utf-8", "replace").decode("utf-8")

    @property
    def attached(self) -> bool:
        """Whether the API gives this part an attachment id instead of inline data."""
        if self.media_type.startswith("multipart/"):
            return False
        return bool(self.filename) or not self.media_type.startswith("text/")

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all below it, in mail order."""
        yield self
        for part in self.parts:
            yield from part.walk()


def read_mail(raw: bytes) -> Part:
    """Return the part tree of a mail; whatever cannot be split is a leaf."""
    return _Reader().read(raw, "", 0)


def split_multipart(body: bytes, boundary: str) -> list[bytes]:
    """Return the parts between the boundary lines (RFC 2046 5.1.1), line ends before them cut."""
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    line = re.compile(rb"(?:\A|\r?\n)--" + mark + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    return list(_between(body, line))


def _between(body: bytes, line: re.Pattern[bytes]) -> Iterator[bytes]:
    start = -1
    position = 0
    while found := line.search(body, position):
        if start >= 0:
            yield body[start : max(start, found.start())]
        if found.group(1):
            return
        start = found.end()
        # An empty part's boundary line begins with the line end that closed the one before it.
        position = start - 1 if body[start - 1 : start] == b"\n" else start
        position = start - 2 if body[start - 2 : start] == b"\r\n" else position
    if start >= 0:
        yield body[start:]


class _Reader:
    """Reads parts up to a total, so that a mail of a million boundaries stays cheap."""

    def __init__(self) -> None:
        self.left = _MOST_PARTS

    def read(self, raw: bytes, part_id: str, depth: int) -> Part:
        self.left -= 1
        block = read_block(raw)
        typed = _typed(block)
        body = _after_empty_line(block.rest)
        media_type = _media_type(typed)
        parts: tuple[Part, ...] = ()
        if depth < _DEEPEST:
            parts = self._children(typed, media_type, body, part_id, depth)
        charset = _parameter(typed, "charset")
        return Part(part_id, block, media_type, _filename(typed), charset, body, parts)

    def _children(
        self, typed: Message, media_type: str, body: bytes, part_id: str, depth: int
    ) -> tuple[Part, ...]:
        boundary = _parameter(typed, "boundary")
        if media_type.startswith("multipart/") and boundary:
            bodies = split_multipart(body, boundary)
        elif media_type == "message/rfc822" and depth:
            bodies = [body]
        else:
            return ()
        prefix = f"{part_id}." if part_id else ""
        children: list[Part] = []
        for index, piece in enumerate(bodies):
            if self.left <= 0:
                break
            children.append(self.read(piece, f"{prefix}{index}", depth + 1))
        return tuple(children)


def _typed(block: Block) -> Message:
    """Return a stdlib message bearing only the two fields whose parameters it knows how to read."""
    typed = Message()
    for name in ("Content-Type", "Content-Disposition"):
        if value := block.value(name):
            typed[name] = value[:8_000]
    return typed


def _media_type(typed: Message) -> str:
    return typed.get_content_type().lower()


def _parameter(typed: Message, name: str) -> str:
    try:
        value = typed.get_param(name, "")
    except (ValueError, LookupError, TypeError):
        return ""
    return (value[2] if isinstance(value, tuple) else value).strip()


def _filename(typed: Message) -> str:
    try:
        found = typed.get_filename("") or ""
    except (ValueError, LookupError, TypeError):
        return ""
    return decode_words(found).encode("utf-8", "replace").decode("utf-8")


def _after_empty_line(rest: bytes) -> bytes:
    for empty in (b"\r\n", b"\n"):
        if rest.startswith(empty):
            return rest[len(empty) :]
    return rest


def _from_base64(body: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    usable = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))
