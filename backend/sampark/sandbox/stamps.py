"""The header fields Gmail puts on a mail: those it completes on sending, those it adds on arrival.

On sending, Gmail's API replaces the Message-ID (gauteh/lieer#198, FlowCrypt/flowcrypt-browser#4273)
and puts the account's own address into a From that is neither the account nor a send-as alias. On
arrival it adds Delivered-To, Return-Path, Received and Authentication-Results on top, and removes
any Authentication-Results that claims to be its own (RFC 8601 section 5).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, formataddr, parsedate_to_datetime
from typing import Literal

from sampark.sandbox.headers import Block, addresses, message_ids

AUTHSERV_ID = "mx.google.com"

Dmarc = Literal["pass", "fail", "none"]

_DOMAIN = re.compile(r"[a-z0-9.\-]{1,253}")


@dataclass(frozen=True)
class Sender:
    """Who sends: the account, and each address it may send as with its display name."""

    account: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Arrival:
    """How a mail reaches a mailbox: envelope, verdict on its sender, moment, running number."""

    to: str
    mail_from: str
    dmarc: Dmarc
    at: datetime
    number: int


def outgoing(block: Block, sender: Sender, *, at: datetime, number: int, new_id: bool) -> Block:
    """Return the mail as it is sent: From, Date, Message-ID and MIME-Version in order.

    With `new_id` the Message-ID is Gmail's own, else only a missing one is added.
    """
    mail = _with_sender(block, sender)
    if _date(mail) is None:
        mail = mail.put("Date", format_datetime(at))
    if new_id or not message_ids(mail.value("Message-ID")):
        mail = mail.put("Message-ID", made_message_id(sender.account, number))
    if not mail.value("MIME-Version"):
        mail = mail.put("MIME-Version", "1.0")
    return mail


def relayed(block: Block, at: datetime) -> Block:
    """Return the mail with the trace field of a mail sent through the API."""
    trace = f"from 0 named unknown by gmailapi.google.com with HTTPREST; {format_datetime(at)}"
    return block.on_top([("Received", trace)])


def made_message_id(account: str, number: int) -> str:
    """Return a Message-ID in Gmail's form; the same account and number give the same id."""
    digest = hashlib.sha256(f"{account} {number}".encode()).hexdigest()
    return f"<CA+{digest[:32]}@mail.gmail.com>"


def arrived(block: Block, arrival: Arrival) -> Block:
    """Return the mail as the receiver stores it: forged verdicts removed, ours on top."""
    kept = tuple(field for field in block.fields if not _claims_ours(field.name, field.value))
    mail = replace(block, fields=kept).without("Return-Path", "Delivered-To")
    stamps = _stamps(mail, arrival)
    if not message_ids(mail.value("Message-ID")):
        digest = hashlib.sha256(f"{arrival.to} {arrival.number}".encode()).hexdigest()
        stamps.append(("Message-ID", f"<{digest[:24]}.SMTPIN_ADDED_MISSING@{AUTHSERV_ID}>"))
        if broken := mail.value("Message-ID"):
            stamps.append(("X-Google-Original-Message-ID", broken))
        mail = mail.without("Message-ID")
    return mail.on_top(stamps)


def header_date(block: Block) -> datetime | None:
    """Return the Date field as an aware moment, or None when there is no valid one."""
    return _date(block)


def _stamps(mail: Block, arrival: Arrival) -> list[tuple[str, str]]:
    when = format_datetime(arrival.at)
    domain = _domain(arrival.mail_from) or "unknown.invalid"
    host = f"mail.{domain}"
    received = (
        f"from {host} ({host}. [192.0.2.25])\r\n        by {AUTHSERV_ID} with ESMTPS id "
        f"sandbox{arrival.number}\r\n        for <{arrival.to}>;\r\n        {when}"
    )
    end = mail.line_end
    stamps = [
        ("Delivered-To", arrival.to),
        ("Return-Path", f"<{arrival.mail_from}>"),
        ("Received", received),
        ("Authentication-Results", _verdict(mail, arrival)),
    ]
    return [(name, value.replace("\r\n", end)) for name, value in stamps]


def _verdict(mail: Block, arrival: Arrival) -> str:
    """Return Authentication-Results in Google's wording for the wanted DMARC outcome."""
    envelope = _domain(arrival.mail_from) or "unknown.invalid"
    senders = addresses(mail.value("From"))
    shown = (_domain(senders[0][1]) if senders else "") or envelope
    policy = "(p=NONE sp=NONE dis=NONE)"
    spf = f"(google.com: domain of {envelope} designates 192.0.2.25 as permitted sender)"
    mail_from = _quoted(arrival.mail_from)
    results = {
        "pass": [
            f"dkim=pass header.i=@{shown} header.s=sandbox header.b=c2FuZGJv",
            f"spf=pass {spf} smtp.mailfrom={mail_from}",
            f"dmarc=pass {policy} header.from={shown}",
        ],
        "fail": [
            f"spf=softfail smtp.mailfrom={mail_from}",
            f"dmarc=fail {policy} header.from={shown}",
        ],
        "none": [f"spf=none smtp.mailfrom={mail_from}"],
    }[arrival.dmarc]
    return ";\r\n       ".join([AUTHSERV_ID, *results])


def _claims_ours(name: str, value: str) -> bool:
    """Tell a field that claims our authserv-id, with comments and a version before its results."""
    if name.lower() != "authentication-results":
        return False
    bare = re.sub(r"\([^()]*\)", " ", value).strip().strip('"')
    claimed = re.split(r"[\s;\"]", bare, maxsplit=1)[0]
    return claimed.lower().rstrip(".") == AUTHSERV_ID


def _domain(address: str) -> str:
    """Return an address's domain in ASCII, or "" where it is no domain."""
    domain = address.rpartition("@")[2].strip().lower()
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return ascii_domain if _DOMAIN.fullmatch(ascii_domain) else ""


def _quoted(address: str) -> str:
    """Return an address whose local part is quoted where it is no dot-atom (RFC 5322 3.2.3)."""
    local, at, domain = address.rpartition("@")
    if re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]*", local):
        return address
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"{at}{domain}'


def _with_sender(block: Block, sender: Sender) -> Block:
    fields = block.all("From")
    people = addresses(fields[0].value) if fields else []
    if len(fields) == 1 and len(people) == 1 and people[0][1] in sender.names:
        return block
    name = people[0][0] if people else sender.names.get(sender.account, "")
    # A line break hidden in an encoded word must not become a header line of its own.
    name = re.sub(r"[\x00-\x1f\x7f]+", " ", name).strip()
    return block.put("From", formataddr((name, sender.account)) if name else sender.account)


def _date(block: Block) -> datetime | None:
    try:
        found = parsedate_to_datetime(block.value("Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
