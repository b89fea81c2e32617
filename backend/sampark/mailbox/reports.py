"""Delivery reports: which mail did not arrive, where, why, and whether another try would help.

Servers that follow RFC 3464 say so in a part of its own; of the others, the words are read as far
as they go. Nothing here proves who wrote a report: it names a mail, and whoever sent that mail
decides by what only a reader of it can know.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from sampark.domain.base import Frozen
from sampark.domain.mail import Attachment, Message
from sampark.mailbox import absences, automated, automatic_words
from sampark.mailbox.encoded_words import raw_text
from sampark.mailbox.gate import MARKER
from sampark.mailbox.header_fields import read_fields
from sampark.mailbox.limits import Notes

DeliveryOutcome = Literal["failed", "delayed", "delivered"]

_STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
_ORIGINALS = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/global-headers",
}
_ARRIVALS = {"message/feedback-report"}
_ACTIONS: dict[str, DeliveryOutcome] = {
    "failed": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
_MOST_RECIPIENTS = 50
_LOOK = 20_000

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,250}[A-Za-z0-9]")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_FAULT = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ARRIVED = re.compile(r"(?i)(?<![\d.])2\.\d{1,3}\.\d{1,3}(?![\d.])|successfully delivered")
_REPLY_CODE = re.compile(r"(?<![\d.@-])([45])[0-5]\d(?=[ \t:-]|$)", re.MULTILINE)
_COPIED = re.compile(
    rf"(?im)^[ \t>|]{{0,8}}(message-id|{re.escape(MARKER.lower())})[ \t]*:[ \t]*(\S{{1,990}})"
)
_COPY_BEGINS = re.compile(
    r"(?im)^[ \t>|]{0,8}(?:-{2,}.{0,80}(?:copy of|original|returned|unsent|headers|undelivered).{0,80}"
    r"|(?:return-path|received|message-id|mime-version)[ \t]*:.{1,900})$"
)
_DELAYED = re.compile(
    r"(?i)\b(?:delayed|will be retried|still (?:being )?(?:trying|retried)|will (?:keep|continue) trying"
    r"|not (?:yet )?been delivered (?:yet|after)|no action is required on your part|warning: could not send"
    r"|warning message only|delivery attempts will continue|temporarily deferred)\b"
)


class RecipientReport(Frozen):
    """What became of a mail for one recipient.

    `status` is the enhanced code (RFC 3463), such as "5.1.1", "" where none is told. `diagnostic`
    quotes the server, 300 characters at most: a stranger's words.
    """

    recipient: str
    outcome: DeliveryOutcome
    status: str = ""
    diagnostic: str = ""


class DeliveryReport(Frozen):
    """What a server says about a mail that was sent.

    `key` is the marker header of the returned mail, `message_ids` what the report says or hints
    that the mail's Message-ID was, the surest first. Both may be empty.
    """

    recipients: tuple[RecipientReport, ...]
    key: str = ""
    message_ids: tuple[str, ...] = ()

    @property
    def outcome(self) -> DeliveryOutcome:
        """The worst outcome of any recipient."""
        found = {report.outcome for report in self.recipients}
        if "failed" in found:
            return "failed"
        return "delayed" if "delayed" in found else "delivered"

    def of(self, outcome: DeliveryOutcome) -> tuple[RecipientReport, ...]:
        """The recipients with one outcome."""
        return tuple(report for report in self.recipients if report.outcome == outcome)

    @property
    def permanent(self) -> bool:
        """Whether it failed for a reason that will be the same next time (no 4.x.x status)."""
        return any(not report.status.startswith("4") for report in self.of("failed"))

    @property
    def status(self) -> str:
        """The status code of the worst outcome, "" if none is told."""
        return next((report.status for report in self.of(self.outcome)), "")


class _Original(NamedTuple):
    message_id: str = ""
    key: str = ""


def read(message: Message) -> DeliveryReport | None:
    """Return what a mail reports about the delivery of another; None if it is no such report.

    Only what the reporting server wrote counts: a report inside a forwarded mail is a file. Never
    raises.
    """
    if automated.reason(message) is None:
        return None
    files = [item for item in message.attachments if "." not in item.handle]
    # A complaint or a receipt speaks of a mail that arrived.
    if any(item.declared_type in _ARRIVALS for item in files):
        return None
    recipients = tuple(_by_standard(files)) or tuple(_by_words(message))
    if not recipients:
        return None
    original = _original(message, files)
    hints = (original.message_id, message.in_reply_to, *reversed(message.references))
    return DeliveryReport(
        recipients=recipients,
        key=original.key,
        message_ids=tuple(dict.fromkeys(hint for hint in hints if hint)),
    )


def _by_standard(files: Sequence[Attachment]) -> Iterator[RecipientReport]:
    """Read the parts that RFC 3464 defines: one group of fields for each recipient."""
    for item in files:
        if item.media_type not in _STATUS_PARTS:
            continue
        for fields in _groups(item.content):
            named = fields.get("original-recipient") or fields.get("final-recipient", "")
            outcome = _ACTIONS.get(fields.get("action", "").split(" ")[0].lower())
            if named and outcome is not None:
                code = _ENHANCED.search(fields.get("status", ""))
                yield RecipientReport(
                    recipient=_address(named),
                    outcome=outcome,
                    status=code[1] if code else "",
                    diagnostic=fields.get("diagnostic-code", "").partition(";")[2].strip()[:300],
                )


def _groups(content: bytes) -> Iterator[dict[str, str]]:
    """Yield groups of fields that blank lines separate."""
    position, notes = 0, Notes()
    for _ in range(_MOST_RECIPIENTS):
        block = read_fields(content, position, len(content), notes)
        if block.body <= position:
            return
        yield {field.name.lower(): raw_text(field.value) for field in block.fields}
        position = block.body


def _address(text: str) -> str:
    """The address in "rfc822; <ann@x.example>"."""
    return text.rpartition(";")[2].strip().strip("<>").strip()[:320]


def _by_words(message: Message) -> Iterator[RecipientReport]:
    """Read what servers say that do not keep to the standard."""
    told = _told(message)
    code = _FAULT.search(told)
    reply = _REPLY_CODE.search(told)
    failed_header = message.header("x-failed-recipients")
    if failed_header is None and not automated.is_bounce(message) and not _returns(message):
        return
    status = code[1] if code else f"{reply[1]}.0.0" if reply else ""
    if not status and _ARRIVED.search(told) and not automatic_words.tells_of_failure(message):
        return
    delayed = _DELAYED.search(f"{message.subject}\n{told}") is not None
    ours = {address.key for address in message.to}
    # Where the report names nobody, the mail as a whole did not arrive.
    named = [found[0] for found in _ADDRESS.finditer(failed_header or told)]
    others = [name for name in dict.fromkeys(named) if name.lower() not in ours or failed_header]
    for name in others[:_MOST_RECIPIENTS] or [""]:
        yield RecipientReport(
            recipient=name, outcome="delayed" if delayed else "failed", status=status
        )


def _returns(message: Message) -> bool:
    """Whether a program says that a mail failed and copies its head, whatever the subject says."""
    if absences.absent(message) or not automatic_words.tells_of_failure(message):
        return False
    return any(_COPIED.finditer(message.text[: 10 * _LOOK])) or any(
        item.declared_type in _ORIGINALS for item in message.attachments
    )


def _told(message: Message) -> str:
    """The server's own words: those before the copy of the mail."""
    text = message.text[:_LOOK]
    copy = _COPY_BEGINS.search(text)
    return text[: copy.start()] if copy else text


def _original(message: Message, files: Sequence[Attachment]) -> _Original:
    """What the returned mail, its headers, or their copy among the words say of it."""
    for item in files:
        kind = item.media_type if item.media_type in _ORIGINALS else item.declared_type
        if kind in _ORIGINALS:
            fields = read_fields(item.content, 0, len(item.content), Notes()).fields
            named = {field.name.lower(): raw_text(field.value) for field in fields}
            return _as_original(named.get("message-id", ""), named.get(MARKER.lower(), ""))
    copied: dict[str, str] = {}
    for match in _COPIED.finditer(message.text[: 10 * _LOOK]):
        copied.setdefault(match[1].lower(), match[2])
    return _as_original(copied.get("message-id", ""), copied.get(MARKER.lower(), ""))


def _as_original(message_id: str, key: str) -> _Original:
    found = _MESSAGE_ID.search(message_id)
    return _Original(found[0] if found else "", key.strip()[:200])
