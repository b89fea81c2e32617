"""Answers as MIME: threading, one "Re:", pictures, files, marker headers; nothing injected."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.generator import BytesGenerator
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO

from sampark.domain.base import AccountId
from sampark.domain.mail import Address, Message
from sampark.domain.run import Outgoing
from sampark.errors import MailboxError
from sampark.mailbox import charset
from sampark.mailbox.addresses import is_plain
from sampark.mailbox.gate import MARKER, GateSettings

# Gmail's limit on an outgoing mail, encoded, everything included.
LARGEST = 25_000_000

_REFERENCES = 20
_ID = re.compile(r"<[!-;=?-~]{1,980}>")
_KEY = re.compile(r"[A-Za-z0-9._-]{1,200}")
_RE = re.compile(r"(?i)\s*re\s*(?:\[\d{1,3}\])?\s*:\s*")
_CID = re.compile(r"(?i)\bcid:([A-Za-z0-9._-]{1,120})")
_PLAIN = re.compile(r"[ -~]{0,200}")
_FOLD = "\r\n"
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}


def recipients(asked: Message, settings: GateSettings) -> tuple[Address, tuple[Address, ...]]:
    """Return to whom an answer goes: one address, and those who get a copy.

    It goes to the gate's From; to Reply-To only if that is one address and itself an allowed
    requester. Copies go to the other participants of the mail who are allowed requesters. Our own
    addresses get none, nobody gets two, and nobody else gets any.

    Raises:
        MailboxError: the mail has no sender, so it never passed the gate.
    """
    if asked.sender is None:
        raise MailboxError("A mail without one plain sender cannot be answered.")
    to = asked.sender  # the account itself, where a person mails himself
    if len(asked.reply_to) == 1 and _may_read(asked.reply_to[0], settings):
        to = asked.reply_to[0]
    copies = {
        address.key: address
        for address in (asked.sender, *asked.to, *asked.cc)
        if _may_read(address, settings) and address.key != to.key
    }
    return to, tuple(copies.values())


def reply(  # noqa: PLR0913
    outgoing: Outgoing,
    *,
    account: AccountId,
    to: Address,
    cc: Sequence[Address],
    parent: Message,
    key: str,
    contents: Mapping[str, bytes],
    date: datetime,
) -> bytes:
    """Return an answer to `parent` as MIME with CRLF line ends.

    Args:
        outgoing: bodies and files. Its subject is used only if the parent is no mail with headers:
            a reply whose subject differs does not join the thread.
        account: the address it comes from.
        to: who gets it (see `recipients`).
        cc: who gets a copy.
        parent: the mail that is answered.
        key: the outbox key: the marker header and the local part of the Message-ID.
        contents: the bytes of each of `outgoing.files`, by SHA-256.
        date: an aware moment for the Date header.

    Raises:
        MailboxError: a header value holds a line break or NUL, an address or a file is missing, or
            the encoded mail is over 25 MB (the message tells its size).
    """
    if not _KEY.fullmatch(key):
        raise MailboxError("The outbox key is not made of letters, digits, dots and dashes.")
    unique = f"{key}@{account.rpartition('@')[2]}"
    head = [
        ("From", _mailboxes([Address(email=account)])),
        ("To", _mailboxes([to])),
        ("Cc", _mailboxes(cc)),
        ("Subject", _words(reply_subject(_clean(parent.subject, "subject")), "Subject")),
        ("Date", format_datetime(date)),
        ("Message-ID", f"<{unique}>"),
        *_threading(parent),
        (MARKER, key),
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head if value)
    return _checked(lines.encode("ascii") + _body(outgoing, contents, unique))


def _may_read(address: Address, settings: GateSettings) -> bool:
    return settings.allows(address) and not settings.is_own(address)


def reply_subject(subject: str) -> str:
    """Return a subject with one "Re:" in front; other prefixes stay, threads are told by them."""
    rest = subject.strip()
    # Only "Re:" is taken off: "AW:" or "Fwd:" are part of the subject that the thread is known by.
    while match := _RE.match(rest):
        rest = rest[match.end() :]
    return f"Re: {rest}".strip()


def _threading(parent: Message) -> list[tuple[str, str]]:
    """Say what is answered; without a usable id the threading is left to Gmail's thread id."""
    own = _clean(parent.message_id, "Message-ID")
    chain = [*(parent.references or (parent.in_reply_to,)), own]
    known = [known for known in dict.fromkeys(chain) if _ID.fullmatch(known)]
    # The first id names the thread, the last ones the branch; the middle may go (RFC 5322 3.6.4).
    if len(known) > _REFERENCES:
        known = [known[0], *known[1 - _REFERENCES :]]
    return [
        ("In-Reply-To", own if _ID.fullmatch(own) else ""),
        # One id a line: ids are never broken, however long they are.
        ("References", "\r\n ".join(known)),
    ]


def _body(outgoing: Outgoing, contents: Mapping[str, bytes], unique: str) -> bytes:
    """Return the MIME headers and the bodies, the pictures inside the HTML, and the files."""
    mail = EmailMessage(policy=SMTP)
    # Quoted-printable keeps lines short and bytes 7-bit, whatever the transport does to them.
    mail.set_content(charset.safe(outgoing.text), cte="quoted-printable")
    if outgoing.html:
        _add_html(mail, outgoing, unique)
    for file in outgoing.files:
        if file.sha256 not in contents:
            raise MailboxError(f"The content of the file {file.name!r} was not handed over.")
        main, _, sub = file.media_type.partition("/")
        # A nested mail as bytes is refused by the standard library, and needs no special type.
        known = sub and main in {"text", "image", "application", "audio", "video"}
        mail.add_attachment(
            contents[file.sha256],
            maintype=main if known else "application",
            subtype=sub if known else "octet-stream",
            filename=_clean(file.name, "file name"),
        )
    out = BytesIO()
    BytesGenerator(out, policy=SMTP).flatten(mail)
    return out.getvalue()


def _add_html(mail: EmailMessage, outgoing: Outgoing, unique: str) -> None:
    def named(match: re.Match[str]) -> str:
        name = match[1]
        return f"cid:{name}.{unique}" if name in outgoing.pictures else match[0]

    mail.add_alternative(
        _CID.sub(named, charset.safe(outgoing.html)), subtype="html", cte="quoted-printable"
    )
    page = mail.get_payload(1)
    if not isinstance(page, EmailMessage):
        raise MailboxError("The HTML body could not be added.")
    for name, picture in outgoing.pictures.items():
        kind = next((kind for magic, kind in _PICTURES.items() if picture.startswith(magic)), None)
        if kind is None or not re.fullmatch(r"[A-Za-z0-9._-]{1,120}", name):
            raise MailboxError(
                "A picture for the HTML body is no PNG, JPEG or GIF, or its name is not plain.",
                fix="Use letters, digits, dots and dashes.",
            )
        page.add_related(
            picture,
            maintype="image",
            subtype=kind,
            cid=f"<{name}.{unique}>",
            disposition="inline",
            filename=name if "." in name else f"{name}.{kind}",
        )


def _checked(raw: bytes) -> bytes:
    if len(raw) > LARGEST:
        raise MailboxError(
            f"The answer is {len(raw) / 1_000_000:.1f} MB with its files encoded; Gmail sends at"
            f" most {LARGEST // 1_000_000} MB.",
            fix="Send fewer or smaller files.",
        )
    return raw


def _mailboxes(addresses: Sequence[Address]) -> str:
    return ",\r\n ".join(_mailbox(address) for address in addresses)


def _mailbox(address: Address) -> str:
    if not is_plain(address.email):
        raise MailboxError("An address is not a plain ASCII address.")
    name = _clean(address.name, "display name").strip()
    if not name:
        return address.email
    # What looks like an encoded word would be decoded by the reader: it is encoded itself.
    if _PLAIN.fullmatch(name) and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address.email}>'
    return f"{Header(name, 'utf-8', header_name='To').encode(linesep=_FOLD)} <{address.email}>"


def _words(text: str, name: str) -> str:
    """Return header text: short plain ASCII as it is, all else as encoded words (RFC 2047)."""
    if _PLAIN.fullmatch(text) and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=name).encode(linesep=_FOLD)


def _clean(value: str, what: str) -> str:
    """Return a header value as it is; a line break or NUL in it could start a header of its own."""
    if any(ch in value for ch in "\r\n\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"):
        raise MailboxError(f"The {what} holds a line break or a NUL character.")
    return charset.safe(value)
