"""Raw bytes to a `Message`: an own MIME reader that takes anything and says what was odd.

The general parsers of the standard library raise on about one in fifty awkward real mails and take
minutes on small hostile ones; this one checks limits on bytes first, reads each header by itself,
and is linear.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from sampark.domain.mail import Address, Header, Message
from sampark.mailbox import limits
from sampark.mailbox.addresses import read_addresses
from sampark.mailbox.attached import attachments
from sampark.mailbox.bodies import read_body
from sampark.mailbox.encoded_words import decode_words, raw_text
from sampark.mailbox.header_fields import Field, FieldBlock, read_fields
from sampark.mailbox.limits import Notes
from sampark.mailbox.parameters import read_parameters
from sampark.mailbox.structure import value_of, walk

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
# What editors and programs that save mail put before the first header.
_BEFORE = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n){0,50}"
    rb"(?=(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version|content-type"
    rb"|x-[a-z-]{1,40})[ \t]*:|from )"
)
_LONE_CR = re.compile(rb"\r(?!\n)")
_FORWARD = re.compile(
    r"(?i)(?:(?:re|aw|sv|antw)\s*:\s*)?\[?(?:fwd?|wg|tr|rv|enc|i|vs|vb|doorst|pd|vl|yml|továbbítás|ilt|fs"
    r"|转发|轉寄|轉發|转寄|転送|전달|пересл|пер|переслано)\s*[:\uff1a]"
)
# Words inside these would let a sender write a verdict or an id in disguise: they stay as they
# came.
_UNDECODED = re.compile(
    r"(?i)authentication-results$|arc-|received|dkim-|return-path$|message-id$|references$|in-reply-to$"
    r"|content-(?:type|transfer-encoding|id)$|x-sampark-"
)


def parse(raw: bytes) -> Message:
    """Read a mail. Never raises, whatever the bytes; no text of the result holds a lone surrogate.

    Byte limits come first (headers 64 KB, one header 8 KB or 16 KB for authentication, 300 headers,
    200 parts, depth 20, 100 addresses a header); each limit that is reached leaves a note. `sender`
    is set only if the mail has exactly one From header that names exactly one plain mailbox, all
    headers read. `text` is the text body, or the HTML body made readable where there is no text.
    """
    notes = Notes()
    raw = _from_first_header(raw)
    block = read_fields(raw, 0, len(raw), notes)
    fields = block.fields
    declared = read_parameters(value_of(fields, "content-type"), notes).named.get("charset", "")
    headers = tuple(_header(field, declared) for field in fields)
    subject = _subject(block, declared)
    parts = list(walk(raw, block, notes))
    body = read_body(parts, notes, forwarding=_FORWARD.match(subject) is not None)
    references = _MESSAGE_ID.findall(value_of(fields, "references"))
    if len(references) > limits.REFERENCES:
        # The first id names the thread, the last ones the branch.
        references = [references[0], *references[1 - limits.REFERENCES :]]
    return Message(
        message_id=_message_id(value_of(fields, "message-id")),
        in_reply_to=_message_id(value_of(fields, "in-reply-to")),
        references=tuple(references),
        sender=_sender(block, declared, notes),
        reply_to=_addresses(fields, "reply-to", declared, notes),
        to=_addresses(fields, "to", declared, notes),
        cc=_addresses(fields, "cc", declared, notes),
        subject=subject,
        date=_date(value_of(fields, "date"), notes),
        headers=headers,
        text=body.text,
        html=body.html,
        segments=body.segments,
        attachments=attachments(parts, body.html, notes),
        notes=tuple(notes),
    )


class Head(NamedTuple):
    """Who wrote a mail, as `Message.sender`, and its subject."""

    sender: Address | None
    subject: str


def head(raw: bytes) -> Head:
    """Read what `parse` would say of a mail's sender and subject, from its headers alone."""
    notes = Notes()
    raw = _from_first_header(raw)
    block = read_fields(raw, 0, len(raw), notes)
    declared = read_parameters(value_of(block.fields, "content-type"), notes).named.get(
        "charset", ""
    )
    return Head(_sender(block, declared, notes), _subject(block, declared))


def _subject(block: FieldBlock, declared: str) -> str:
    return " ".join(decode_words(_first(block.fields, "subject", declared)).split())


def _from_first_header(raw: bytes) -> bytes:
    raw = _with_line_feeds(raw)
    before = _BEFORE.match(raw)
    return raw[before.end() :] if before is not None else raw


def _with_line_feeds(raw: bytes) -> bytes:
    """Old machines end lines with CR alone: the first line says so, and most of the others."""
    first = raw.find(b"\r")
    ended = first >= 0 and raw[first + 1 : first + 2] not in {b"\r", b"\n"}
    if not ended or b"\n" in raw[:first] or 2 * raw.count(b"\n") >= raw.count(b"\r"):
        return raw if b"\n" in raw else raw.replace(b"\r", b"\n")
    return _LONE_CR.sub(b"\n", raw)


def _first(fields: Sequence[Field], name: str, declared: str) -> str:
    found = (field.value for field in fields if field.name.lower() == name)
    return raw_text(next(found, b""), declared)


def _header(field: Field, declared: str) -> Header:
    text = raw_text(field.value, declared)
    return Header(
        name=field.name, value=text if _UNDECODED.match(field.name) else decode_words(text)
    )


def _sender(block: FieldBlock, declared: str, notes: Notes) -> Address | None:
    named = [field for field in block.fields if field.name.lower() == "from"]
    if len(named) != 1 or not block.complete:
        if block.complete:
            notes.add(f"The mail has {len(named)} From headers.")
        return None
    text = raw_text(named[0].value, declared)
    # Two programs may read such a header as two different addresses.
    found = read_addresses(text)
    if "\ufffd" in text:
        notes.add("The From header holds control or undecodable characters.")
        return None
    if found.single is None:
        why = ", ".join(sorted(found.odd)) or f"{len(found.addresses)} addresses"
        notes.add(f"The From header is not one plain address: {why}.")
    sender = found.single
    # A charset may spell a letter in several bytes; Gmail judged the bytes.
    if sender is not None and sender.email.lower().encode() not in named[0].value.lower():
        notes.add("The From header does not hold its address in plain letters.")
        return None
    return sender


def _addresses(
    fields: Sequence[Field], name: str, declared: str, notes: Notes
) -> tuple[Address, ...]:
    """All mailboxes of the headers of one name, each address once."""
    found: dict[str, Address] = {}
    for field in fields:
        if field.name.lower() != name:
            continue
        here = read_addresses(raw_text(field.value, declared), limit=limits.ADDRESSES)
        if any(odd.startswith("more than") for odd in here.odd):
            notes.add(f"The {name} header names more than {limits.ADDRESSES} addresses.")
        for address in here.addresses:
            found.setdefault(address.key, address)
    return tuple(list(found.values())[: limits.ADDRESSES])


def _message_id(text: str) -> str:
    found = _MESSAGE_ID.search(text)
    if found:
        return found[0]
    bare = text.strip()
    return f"<{bare}>" if re.fullmatch(r"[^<>\s]{1,250}@[^<>\s]{1,250}", bare) else ""


def _date(text: str, notes: Notes) -> datetime | None:
    """Read the Date header; without a known offset it is taken as UTC (RFC 5322 section 3.3)."""
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        notes.add("The Date header cannot be read.")
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
