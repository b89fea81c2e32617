"""The MIME tree of a mail, walked over offsets: parts are found, not copied, and bounded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sampark.mailbox import limits, smime, transfer
from sampark.mailbox.encoded_words import decode_words, raw_text
from sampark.mailbox.header_fields import Field, FieldBlock, read_fields
from sampark.mailbox.limits import Notes
from sampark.mailbox.parameters import Parameters, read_parameters

_SIGNED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}


@dataclass(frozen=True)
class Part:
    """One leaf of the tree.

    `alternative` is the number of the outermost multipart/alternative around it (0: none), `nested`
    how many message/rfc822 parts it lies in, `related` whether it is a companion of an HTML body.
    """

    kind: str
    parameters: dict[str, str]
    disposition: str
    name: str
    content_id: str
    encoding: str
    raw: bytes
    start: int
    end: int
    alternative: int
    nested: int
    related: bool

    def content(self, notes: Notes) -> bytes:
        """Return the decoded bytes of this part."""
        return transfer.decode_body(self.raw[self.start : self.end], self.encoding, notes)


@dataclass(frozen=True)
class _Place:
    """Where in the tree the walk stands."""

    depth: int = 0
    alternative: int = 0
    nested: int = 0
    related: bool = False
    default: str = "text/plain"


@dataclass
class _Walk:
    raw: bytes
    notes: Notes
    left: int = limits.PARTS
    alternatives: int = 0
    charset: str = ""


def value_of(fields: list[Field], name: str, charset: str = "") -> str:
    """Return the undecoded text of the first field of that name (lower case), or "".

    Bytes that should not be there are read in `charset`.
    """
    return next((raw_text(item.value, charset) for item in fields if item.name.lower() == name), "")


def walk(raw: bytes, block: FieldBlock, notes: Notes) -> Iterator[Part]:
    """Yield the leaves of a mail in reading order: at most 200, from at most 20 levels.

    A nested message is a leaf (the .eml) followed by its own leaves. A multipart without its
    boundary is read as text. Never raises; linear in the bytes times the depth.
    """
    state = _Walk(raw, notes)
    yield from _entity(state, block, len(raw), _Place())


def _entity(state: _Walk, block: FieldBlock, end: int, place: _Place) -> Iterator[Part]:
    if state.left <= 0:
        state.notes.add(limits.TOO_MANY_PARTS)
        return
    state.left -= 1
    typed = value_of(block.fields, "content-type", state.charset)
    content = read_parameters(typed, state.notes)
    # Programs that put bare bytes into file names do it in the charset of the text before.
    state.charset = content.named.get("charset") or state.charset
    kind = content.value if "/" in content.value else place.default
    main = kind.partition("/")[0]
    nests = main in {"multipart", "message"} or kind in _SIGNED
    if place.depth >= limits.DEPTH and nests:
        state.notes.add(limits.TOO_DEEP)
        return
    if main == "multipart":
        pieces = _pieces(state, content.named.get("boundary", ""), block.body, end)
        if pieces:
            yield from _multipart(state, kind, pieces, place)
            return
        state.notes.add("A multipart body has no parts; it was read as text.")
        kind = "text/plain"
    part = _leaf(state, block, end, place, (kind, content))
    if kind in _SIGNED and (signed := smime.signed_content(part.content(state.notes))) is not None:
        state.notes.add("The mail is signed (S/MIME); the signature was not checked.")
        yield from _within(state, signed, replace(place, depth=place.depth + 1))
        return
    yield part
    if kind in {"message/rfc822", "message/global"}:
        inside = _Place(depth=place.depth + 1, nested=place.nested + 1)
        if part.encoding.lower() in {"", "7bit", "8bit", "binary"}:
            inner = read_fields(state.raw, block.body, end, state.notes)
            yield from _entity(state, inner, end, inside)
        else:
            # RFC 2046 section 5.2.1 forbids to encode a nested mail; programs do it.
            yield from _within(state, part.content(state.notes), inside)


def _multipart(
    state: _Walk, kind: str, pieces: list[tuple[int, int]], place: _Place
) -> Iterator[Part]:
    alternative = place.alternative
    if kind == "multipart/alternative" and not alternative:
        state.alternatives += 1
        alternative = state.alternatives
    inside = _Place(
        depth=place.depth + 1,
        alternative=alternative,
        nested=place.nested,
        related=place.related or kind == "multipart/related",
        default="message/rfc822" if kind == "multipart/digest" else "text/plain",
    )
    for start, stop in pieces:
        yield from _entity(state, read_fields(state.raw, start, stop, state.notes), stop, inside)


def _within(state: _Walk, content: bytes, place: _Place) -> Iterator[Part]:
    """Walk an entity that was decoded out of the mail; the parts know their own bytes."""
    outside, state.raw = state.raw, content
    block = read_fields(content, 0, len(content), state.notes)
    yield from _entity(state, block, len(content), place)
    state.raw = outside


def _leaf(
    state: _Walk, block: FieldBlock, end: int, place: _Place, content: tuple[str, Parameters]
) -> Part:
    kind, parameters = content
    disposed = value_of(block.fields, "content-disposition", state.charset)
    shown = read_parameters(disposed, state.notes)
    name = shown.named.get("filename") or parameters.named.get("name", "")
    if not name and kind != "text/plain":
        name = (
            decode_words(value_of(block.fields, "content-description"))
            if kind == "message/rfc822"
            else ""
        )
    return Part(
        kind=kind,
        parameters=parameters.named,
        disposition=shown.value,
        name=name,
        content_id=value_of(block.fields, "content-id").strip().strip("<>"),
        encoding=value_of(block.fields, "content-transfer-encoding").partition(";")[0].strip(),
        raw=state.raw,
        start=block.body,
        end=max(block.body, end),
        alternative=place.alternative,
        nested=place.nested,
        related=place.related,
    )


def _pieces(state: _Walk, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
    """Find the parts between boundary lines, at most as many as may still be read."""
    if not boundary:
        return []
    mark = b"--" + boundary.encode("utf-8", "replace")
    pieces: list[tuple[int, int]] = []
    begun = -1
    position = start
    while len(pieces) <= state.left:
        found = _next_mark(state.raw, mark, position, start, end)
        if found < 0:
            break
        stop = state.raw.find(b"\n", found, end)
        stop = end if stop < 0 else stop
        position = found + len(mark)
        tail = state.raw[position : min(stop, position + 80)].strip()
        # Another boundary may begin with this one.
        if tail not in {b"", b"--"}:
            continue
        if begun >= 0:
            pieces.append((begun, _before_break(state.raw, found, begun)))
        begun, position = (-1, end) if tail else (min(stop + 1, end), stop)
        if tail:
            break
    if begun >= 0:
        state.notes.add("The last part of the mail has no closing boundary.")
        pieces.append((begun, end))
    return pieces


def _next_mark(raw: bytes, mark: bytes, position: int, start: int, end: int) -> int:
    """Where the next boundary stands at the start of a line, -1 if nowhere."""
    if position == start and raw.startswith(mark, start, end):
        return start
    found = raw.find(b"\n" + mark, max(start, position - 1), end)
    return found if found < 0 else found + 1


def _before_break(raw: bytes, position: int, start: int) -> int:
    """The end of a part: before the line break that belongs to the boundary."""
    if position > start and raw[position - 1] == 0x0A:
        position -= 1
    if position > start and raw[position - 1] == 0x0D:
        position -= 1
    return position
