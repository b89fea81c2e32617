"""What a mail is found by: its words, its addresses, its files, and the snippet shown for it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sampark.sandbox.conversations import base_subject
from sampark.sandbox.headers import Block, addresses, decode_words, message_ids
from sampark.sandbox.mime import Part

_LONGEST_INDEXED = 200_000
_SNIPPET = 200
_HIDING = re.compile(r"<(/?)(style|script|title)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[\s\u200b\u200c\u034f\ufeff]+")
_ADDRESS_FIELDS = {"sender": "From", "receivers": "To", "cc": "Cc", "bcc": "Bcc"}


@dataclass(frozen=True)
class Entry:
    """Everything the tables keep about a mail beside its bytes."""

    rfc_id: str
    base_subject: str
    snippet: str
    has_attachment: bool
    columns: tuple[str, ...]
    """sender, receivers, cc, bcc, subject, list, files, body: the columns of `words`."""
    addresses: tuple[tuple[str, str], ...]
    """(column, lower-case address) of every address in From, To, Cc, Bcc and Delivered-To."""


def read_entry(mail: Part) -> Entry:
    """Read what a mail is found by out of its part tree."""
    block = mail.block
    ids = message_ids(block.value("Message-ID"))
    body = _visible_text(mail)
    people = [decode_words(_joined(block, name)) for name in _ADDRESS_FIELDS.values()]
    files = " ".join(part.filename for part in mail.walk() if part.filename)
    subject = decode_words(block.value("Subject"))
    return Entry(
        rfc_id=ids[0] if ids else "",
        base_subject=base_subject(subject),
        snippet=_snippet(body),
        has_attachment=any(_is_attachment(part) for part in mail.walk()),
        columns=(*people, subject, decode_words(block.value("List-Id")), files, body),
        addresses=tuple(
            (column, address)
            for column, name in (*_ADDRESS_FIELDS.items(), ("delivered", "Delivered-To"))
            for _, address in addresses(_joined(block, name))
        ),
    )


def _joined(block: Block, name: str) -> str:
    return ", ".join(field.value for field in block.all(name))


def _visible_text(mail: Part) -> str:
    """Return the text of every inline text part; HTML only where its plain twin is missing."""
    plain = [part.text() for part in mail.walk() if _is_inline(part, "text/plain")]
    if not any(text.strip() for text in plain):
        plain = [_from_html(part.text()) for part in mail.walk() if _is_inline(part, "text/html")]
    return _SPACE.sub(" ", " ".join(plain)[:_LONGEST_INDEXED]).strip()


def _is_inline(part: Part, media_type: str) -> bool:
    return part.media_type == media_type and not part.attached


def _from_html(text: str) -> str:
    shown = " ".join(_outside_hidden(text[:_LONGEST_INDEXED]))
    return html.unescape(_TAG.sub(" ", shown))


def _outside_hidden(text: str) -> Iterator[str]:
    """Yield the text outside style, script and title, in one pass whatever is left unclosed."""
    position, hiding = 0, ""
    for tag in _HIDING.finditer(text):
        name = tag[2].lower()
        if hiding and (not tag[1] or name != hiding):
            continue
        if not hiding:
            yield text[position : tag.start()]
        hiding = "" if tag[1] else name
        position = tag.end()
    if not hiding:
        yield text[position:]


def _is_attachment(part: Part) -> bool:
    """Tell a file from a picture that the HTML shows inline, as `has:attachment` does."""
    return bool(part.filename) and not part.block.value("Content-ID")


def _snippet(body: str) -> str:
    """Return the start of the text, HTML-escaped as the API gives it."""
    start = body[:_SNIPPET]
    if len(body) > _SNIPPET and " " in start:
        start = start[: start.rindex(" ")]
    return html.escape(start.replace("\x00", ""), quote=True).replace("&#x27;", "&#39;")
