"""Mails as people write them, built in one call."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from mimetypes import guess_type


def mail(  # noqa: PLR0913 - a mail has that many parts
    body: str,
    *,
    subject: str = "A task",
    sender: str = "You <you@example.com>",
    to: str | Sequence[str] = "sampark@example.com",
    files: Mapping[str, bytes] | None = None,
    date: datetime | None = None,
    headers: Mapping[str, str] | None = None,
    html: str | None = None,
) -> EmailMessage:
    """Return a mail with a text body, files by name, and any further headers.

    Its Message-ID is fresh; give one in `headers` to fix it. `date` is timezone-aware.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = to if isinstance(to, str) else ", ".join(to)
    message["Subject"] = subject
    if date is not None:
        message["Date"] = format_datetime(date)
    for name, value in (headers or {}).items():
        message[name] = value
    if message["Message-ID"] is None:
        message["Message-ID"] = make_msgid(domain="mail.example.com")
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        media_type = guess_type(name)[0] or "application/octet-stream"
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message
