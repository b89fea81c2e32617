"""The header block of a mail, read and edited as bytes so that everything untouched stays as is."""

import re
from dataclasses import dataclass, replace
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_LONGEST_DECODED = 16_000
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True)
class Field:
    """One header field: its name as written, and its bytes with folding and line end."""

    name: str
    raw: bytes

    @property
    def value(self) -> str:
        """The unfolded value; bytes that are not UTF-8 are read as Latin-1, so none is lost."""
        body = self.raw.split(b":", 1)[1]
        return _FOLD.sub("", as_text(body).strip("\r\n \t"))

    @property
    def decoded(self) -> str:
        """The value with its encoded words (RFC 2047) decoded, as the API shows it."""
        return decode_words(self.value)


@dataclass(frozen=True)
class Block:
    """A mail as header fields and the rest: the empty line and the body, untouched."""

    fields: tuple[Field, ...]
    rest: bytes

    def all(self, name: str) -> list[Field]:
        """Return the fields of that name, in any case, topmost first."""
        return [field for field in self.fields if field.name.lower() == name.lower()]

    def value(self, name: str) -> str:
        """Return the topmost value of that name, or "" when there is none."""
        found = self.all(name)
        return found[0].value if found else ""

    def without(self, *names: str) -> "Block":
        """Return the mail without any field of these names."""
        unwanted = {name.lower() for name in names}
        kept = tuple(field for field in self.fields if field.name.lower() not in unwanted)
        return replace(self, fields=kept)

    def put(self, name: str, value: str) -> "Block":
        """Return the mail with one field of that name: in its old place, else at the top."""
        made = Field(name, f"{name}: {value}{self.line_end}".encode())
        for position, field in enumerate(self.fields):
            if field.name.lower() == name.lower():
                rest = Block(self.fields[position + 1 :], b"").without(name).fields
                return replace(self, fields=(*self.fields[:position], made, *rest))
        return replace(self, fields=(made, *self.fields))

    def on_top(self, stamps: list[tuple[str, str]]) -> "Block":
        """Return the mail with these fields above all others, in the order given."""
        end = self.line_end
        made = tuple(Field(name, f"{name}: {value}{end}".encode()) for name, value in stamps)
        return replace(self, fields=(*made, *self.fields))

    @property
    def line_end(self) -> str:
        """The mail's own line end; CRLF when it shows none."""
        first = self.fields[0].raw if self.fields else self.rest[:1000]
        return "\n" if b"\n" in first and b"\r\n" not in first else "\r\n"

    def to_bytes(self) -> bytes:
        """Return the mail as bytes; unedited, these are the bytes it was read from."""
        parts = [field.raw for field in self.fields]
        # A block cut off in its last field would swallow a field or body put after it.
        closed = [part if part.endswith(b"\n") else part + b"\r\n" for part in parts[:-1]]
        return b"".join([*closed, *parts[-1:], self.rest])


def read_block(raw: bytes) -> Block:
    """Split a mail of any bytes after its last well-formed header field."""
    fields: list[Field] = []
    position = 0
    while found := _FIELD.match(raw, position):
        fields.append(Field(found.group(1).decode("ascii"), found.group(0)))
        position = found.end()
    return Block(tuple(fields), raw[position:])


def as_text(body: bytes) -> str:
    """Return bytes as text without loss or lone surrogates: UTF-8 when valid, else Latin-1."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def decode_words(value: str) -> str:
    """Decode RFC 2047 words; what does not decode stays as written."""
    if "=?" not in value or len(value) > _LONGEST_DECODED:
        return value
    try:
        chunks = decode_header(value)
        return "".join(_chunk(body, charset) for body, charset in chunks)
    except (HeaderParseError, LookupError, ValueError):
        return value


def _chunk(body: str | bytes, charset: str | None) -> str:
    if isinstance(body, str):
        return body
    if charset is None:
        return as_text(body)
    return body.decode(charset, "replace").encode("utf-8", "replace").decode("utf-8")


def addresses(value: str) -> list[tuple[str, str]]:
    """Return (decoded display name, lower-case address) for each well-formed address."""
    try:
        pairs = getaddresses([value])
    except RecursionError:  # thousands of nested comments: no address of anyone
        return []
    found = [(decode_words(name), address.lower()) for name, address in pairs]
    return [(name, address) for name, address in found if is_address(address)]


def is_address(text: str) -> bool:
    """Tell whether text is one plain address: local@domain without spaces or controls."""
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain) and not re.search(r"[\s<>,;\x00-\x1f]", text)


def message_ids(value: str) -> list[str]:
    """Return the message ids of a field, without their angle brackets, in order."""
    return _MESSAGE_ID.findall(value)
