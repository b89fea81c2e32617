"""A mail as it was read: addresses, headers, segments, attachments."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import AwareDatetime, Field

from sampark.domain.base import AccountId, Frozen, GmailId, ThreadId


class Address(Frozen):
    """One mailbox: display name and addr-spec.

    The domain is lower case, the local part as written.
    """

    name: str = ""
    email: str

    @property
    def key(self) -> str:
        """The address for comparison: lower case as a whole."""
        return self.email.lower()

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


class Header(Frozen):
    """One header line, decoded to text, unfolded, in the order of the mail."""

    name: str
    value: str


class Segments(Frozen):
    """A body cut by who wrote it. Only `new` may hold the requester's instruction."""

    new: str = ""
    quoted: str = ""
    forwarded: str = ""
    signature: str = ""

    @property
    def typed(self) -> str:
        """The new words without quoted lines: an answer between the lines keeps them in `new`."""
        lines = self.new.splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()


class Attachment(Frozen):
    """One file that came with a mail.

    `media_type` is sniffed from the bytes, `declared_type` is what the mail claimed.
    `size` is in bytes.
    `inline` marks pictures that the HTML body shows (cid), which are not task files.
    """

    handle: str
    name: str
    media_type: str
    declared_type: str
    size: int
    sha256: str
    inline: bool = False
    content: bytes = Field(default=b"", repr=False)


class Message(Frozen):
    """A parsed mail. `segments` are of the text part, or of the HTML where there is no text.

    `notes` say what was odd in reading it: a charset that lied, hidden text, a limit reached.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: AwareDatetime | None = None
    headers: tuple[Header, ...] = ()
    text: str = Field(default="", repr=False)
    html: str = Field(default="", repr=False)
    segments: Segments = Field(default=Segments(), repr=False)
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first (topmost) header of that name, in any case."""
        return next(self.all_headers(name), None)

    def all_headers(self, name: str) -> Iterator[str]:
        """Yield every value of a header, topmost first."""
        return (header.value for header in self.headers if header.name.lower() == name.lower())


class MailRef(Frozen):
    """Where a mail lies: small enough to travel through the durable engine."""

    account: AccountId
    gmail_id: GmailId

    @property
    def key(self) -> str:
        """The mail's identity, and the id of the workflow that handles it."""
        return f"{self.account}:{self.gmail_id}"


class Arrival(Frozen):
    """A raw mail as Gmail hands it over.

    `internal_date` is when Gmail accepted it: trust it, not the Date header.
    """

    ref: MailRef
    thread_id: ThreadId
    labels: tuple[str, ...]
    internal_date: AwareDatetime
    raw: bytes = Field(repr=False)


def requester_time(message: Message, arrived: datetime) -> datetime:
    """Return when Gmail accepted the mail, told in the offset of the writer's own Date header."""
    return arrived if message.date is None else arrived.astimezone(message.date.tzinfo)
