"""The files of a mail: each leaf that is not its body, named, sniffed, hashed, with a handle."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sampark.domain.mail import Attachment
from sampark.mailbox import limits, tnef
from sampark.mailbox.file_names import clean_name
from sampark.mailbox.limits import Notes
from sampark.mailbox.sniff import sniff
from sampark.mailbox.structure import Part

_CID = re.compile(r"(?i)cid:([^\s\"'<>)]{1,300})")
_SIGNATURES = {
    "application/pgp-signature": "The mail is signed (PGP); the signature was not checked.",
    "application/pkcs7-signature": "The mail is signed (S/MIME); the signature was not checked.",
    "application/x-pkcs7-signature": "The mail is signed (S/MIME); the signature was not checked.",
}
_SEALED = {
    "application/pgp-encrypted": "The mail is encrypted (PGP) and cannot be read.",
    "application/pkcs7-mime": "The mail is encrypted (S/MIME) and cannot be read.",
    "application/x-pkcs7-mime": "The mail is encrypted (S/MIME) and cannot be read.",
    "message/external-body": "A file of the mail is only a link (external-body); it was not fetched.",
    "message/partial": "The mail is a piece of a longer one (message/partial) and is not complete.",
}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_AS_DECLARED = {
    "message/rfc822",
    "message/global",
    "message/delivery-status",
    "message/global-delivery-status",
    "message/global-headers",
    "message/disposition-notification",
    "message/feedback-report",
    "message/external-body",
    "message/partial",
    "text/rfc822-headers",
}


def is_body(part: Part) -> bool:
    """Whether a leaf is part of what the writer wrote, and not a file."""
    if part.nested or part.disposition == "attachment":
        return False
    if part.kind in {"text/plain", "text/html"}:
        return not part.name
    return part.alternative > 0 and part.kind.startswith("text/") and part.kind != "text/calendar"


def attachments(parts: Sequence[Part], html: str, notes: Notes) -> tuple[Attachment, ...]:
    """Return the files of a mail in order, handles `att1`, `att2`, ...

    Pictures that the HTML shows and bare signatures are `inline`, with handles `inl1`, ...: they
    are not task files. A nested mail is one file (.eml), and the files inside it follow as
    `att1.1`, `att1.2`, ...
    """
    shown = {name.lower() for name in _CID.findall(html)}
    found: list[Attachment] = []
    counts = {"att": 0, "inl": 0}
    within = 0
    left = limits.FILES_BYTES
    for part in _with_packed(parts, notes):
        # The words of a nested mail stay in its .eml: they are nobody's request.
        if is_body(part) or (part.nested and _is_nested_text(part)):
            continue
        inline = _is_inline(part, shown)
        if inline and part.nested:
            continue
        # A mail nested in itself holds each file as many times as there are levels.
        left -= part.end - part.start
        if left < 0:
            notes.add(limits.TOO_MUCH_IN_FILES)
            break
        if part.nested:
            within += 1
            handle = f"att{counts['att']}.{within}"
        else:
            kind = "inl" if inline else "att"
            counts[kind] += 1
            within = 0
            handle = f"{kind}{counts[kind]}"
        found.append(_attachment(part, handle, inline=inline, number=len(found) + 1, notes=notes))
    return tuple(found)


def _is_tnef(part: Part) -> bool:
    return part.kind in _TNEF or part.name.lower() == "winmail.dat"


def _with_packed(parts: Sequence[Part], notes: Notes) -> Iterator[Part]:
    """Yield the leaves, after each winmail.dat the files inside it."""
    for part in parts:
        yield part
        if not _is_tnef(part):
            continue
        packed = tnef.files(part.content(notes))
        found = f"{len(packed)} files were taken out of it" if packed else "no file is inside"
        notes.add(f"The mail holds a winmail.dat (TNEF): {found}, its text is not read.")
        for file in packed:
            yield replace(
                part,
                kind="application/octet-stream",
                name=file.name,
                encoding="",
                raw=file.content,
                start=0,
                end=len(file.content),
            )


def _is_nested_text(part: Part) -> bool:
    return part.kind.startswith("text/") and not part.name and part.disposition != "attachment"


def _is_inline(part: Part, shown: set[str]) -> bool:
    if part.kind in _SIGNATURES or _is_tnef(part):
        return True
    if not part.kind.startswith("image/"):
        return False
    if part.content_id and part.content_id.lower() in shown:
        return True
    # Some programs name the picture by its place only: it came along with the HTML, so it is shown.
    return part.related and part.disposition != "attachment" and bool(part.content_id)


def _attachment(part: Part, handle: str, *, inline: bool, number: int, notes: Notes) -> Attachment:
    content = part.content(notes)
    note = _SIGNATURES.get(part.kind) or _SEALED.get(part.kind)
    if note:
        notes.add(note)
    media_type = _media_type(part, content)
    return Attachment(
        handle=handle,
        name=clean_name(part.name, media_type=media_type, number=number),
        media_type=media_type,
        declared_type=part.kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        inline=inline,
        content=content,
    )


def _media_type(part: Part, content: bytes) -> str:
    """A part declared as a mail or a report is one, whatever its bytes look like."""
    if part.kind in _AS_DECLARED:
        return part.kind
    return sniff(content, name=part.name)
