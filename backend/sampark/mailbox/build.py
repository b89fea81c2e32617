"""Answers as MIME: threading headers, one "Re:", inline pictures, files, marker headers; nothing injected."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import message, policy
from email.generator import BytesGenerator
from email.headerregistry import Address as HeaderAddress
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
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}


class _Policy(policy.EmailPolicy):
    """The SMTP policy, but message ids are folded between ids only: the standard one breaks long ones."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as bytes with its line end."""
        if name.lower() not in {"references", "in-reply-to"}:
            return super().fold_binary(name, value)
        return f"{name}: {f'{self.linesep} '.join(value.split())}{self.linesep}".encode("ascii")


_POLICY = _Policy(linesep="\r\n", utf8=False)


def recipients(asked: Message, settings: GateSettings) -> tuple[Address, tuple[Address, ...]]:
    """Return to whom an answer goes: one address, and those who get a copy.

    It goes to the gate's From; to Reply-To only if that is one address and itself an allowed requester.
    Copies go to the other participants of the mail who are allowed requesters. Our own addresses get
    none, nobody gets two, and nobody else gets any.

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
        MailboxError: a header value holds a line break or NUL, an address or a file is missing, or the
            encoded mail is over 25 MB (the message tells its size).
    """
    domain = account.rpartition("@")[2]
    if not _KEY.fullmatch(key):
        raise MailboxError("The outbox key is not made of letters, digits, dots and dashes.")
    mail = message.EmailMessage(policy=_POLICY)
    mail["From"] = _header_address(Address(email=account))
    mail["To"] = _header_address(to)
    if cc:
        mail["Cc"] = [_header_address(address) for address in cc]
    mail["Subject"] = reply_subject(_clean(parent.subject, "subject"))
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = f"<{key}@{domain}>"
    _thread(mail, parent)
    mail[MARKER] = key
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    _fill(mail, outgoing, contents, f"{key}@{domain}")
    return _bytes(mail)


def _may_read(address: Address, settings: GateSettings) -> bool:
    return settings.allows(address) and not settings.is_own(address)


def reply_subject(subject: str) -> str:
    """Return a subject with exactly one "Re:" in front. Other prefixes stay: threads are told by them."""
    rest = subject.strip()
    while match := _RE.match(rest):
        rest = rest[match.end() :]
    return f"Re: {rest}".strip()


def _thread(mail: message.EmailMessage, parent: Message) -> None:
    """Say what is answered. A parent without a usable id leaves the threading to Gmail's thread id."""
    _clean(parent.message_id, "Message-ID")
    chain = [*(parent.references or (parent.in_reply_to,)), parent.message_id]
    known = [known for known in dict.fromkeys(chain) if _ID.fullmatch(known)]
    if len(known) > _REFERENCES:
        known = [known[0], *known[1 - _REFERENCES :]]
    if _ID.fullmatch(parent.message_id):
        mail["In-Reply-To"] = parent.message_id
    if known:
        mail["References"] = " ".join(known)


def _fill(
    mail: message.EmailMessage, outgoing: Outgoing, contents: Mapping[str, bytes], suffix: str
) -> None:
    """Set the bodies, the pictures inside the HTML, and the files."""
    mail.set_content(charset.safe(outgoing.text), cte="quoted-printable")
    if outgoing.html:
        _fill_html(mail, outgoing, suffix)
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


def _fill_html(mail: message.EmailMessage, outgoing: Outgoing, suffix: str) -> None:
    def named(match: re.Match[str]) -> str:
        name = match[1]
        return f"cid:{name}.{suffix}" if name in outgoing.pictures else match[0]

    mail.add_alternative(
        _CID.sub(named, charset.safe(outgoing.html)), subtype="html", cte="quoted-printable"
    )
    page = mail.get_payload(1)
    if not isinstance(page, message.EmailMessage):
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
            cid=f"<{name}.{suffix}>",
            disposition="inline",
            filename=name if "." in name else f"{name}.{kind}",
        )


def _bytes(mail: message.EmailMessage) -> bytes:
    out = BytesIO()
    BytesGenerator(out, policy=_POLICY).flatten(mail)
    raw = out.getvalue()
    if len(raw) > LARGEST:
        raise MailboxError(
            f"The answer is {len(raw) / 1_000_000:.1f} MB with its files encoded; Gmail sends at most"
            f" {LARGEST // 1_000_000} MB.",
            fix="Send fewer or smaller files.",
        )
    return raw


def _header_address(address: Address) -> HeaderAddress:
    _clean(address.name, "display name")
    if not is_plain(address.email):
        raise MailboxError("An address is not a plain ASCII address.")
    return HeaderAddress(charset.safe(address.name), addr_spec=address.email)


def _clean(value: str, what: str) -> str:
    """Return a header value as it is; a line break or NUL in it could start a header of its own."""
    if any(ch in value for ch in "\r\n\0\x0b\x0c\x85\u2028\u2029"):
        raise MailboxError(f"The {what} holds a line break or a NUL character.")
    return charset.safe(value)
