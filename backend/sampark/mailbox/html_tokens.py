"""HTML cut into tags and text, in one pass.

`html.parser` of the Python that this runs on takes quadratic time on unclosed comments and tags
(CVE-2025-6069), minutes for one megabyte; this tokenizer never looks at a character more than a few
times.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]{0,40}")
_OPENING = re.compile(r"<(?:[a-zA-Z!?]|/[a-zA-Z])")
_STOP = re.compile(r">|=[ \t\r\n\f]*+([\"'])")
_ATTRIBUTE = re.compile(
    r"([^\s=>\"'/]++)(?:[ \t\r\n\f]*+=[ \t\r\n\f]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++)))?"
)
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9a-fA-F]{8,}+);?")
# Their content is no text of the page: it is passed over up to the end tag.
_RAW = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"}


@dataclass(frozen=True, slots=True)
class Token:
    """A run of text, a start tag (`body`: what follows its name) or an end tag."""

    kind: Literal["text", "start", "end", "style"]
    name: str
    body: str

    def attributes(self) -> dict[str, str]:
        """Return the attributes of a start tag, names in lower case, the first of equal names."""
        found: dict[str, str] = {}
        if not self.body:
            return found
        for match in _ATTRIBUTE.finditer(self.body):
            value = match[2] or match[3] or match[4] or ""
            found.setdefault(match[1].lower(), unescape(value))
        return found


def unescape(text: str) -> str:
    """Resolve character references; numbers too long for Python become U+FFFD."""
    if "&" not in text:
        return text
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))


_LINE_ENDS = re.compile(r"(?i)<(?:br|hr|/?(?:p|div|tr|li|h[1-6]|blockquote|pre|table))\b[^<>]*+>")
_TAG = re.compile(r"<[^<>]*+>")


def bare_text(source: str) -> str:
    """Return HTML without its tags: for what is too large to be read with care. Linear, fast."""
    return unescape(_TAG.sub("", _LINE_ENDS.sub("\n", source)))


class Tokens:
    """The tokens of HTML in order; `position` is where in the source the reading stands.

    Comments, declarations and scripts are passed over; a style sheet is one token; text is still
    escaped. Whatever is malformed is read as a browser would or as text. Linear.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self._quotes = True

    def __iter__(self) -> Iterator[Token]:
        while self.position < len(self.source):
            token = self._next()
            if token is not None:
                yield token

    def _next(self) -> Token | None:
        source, at = self.source, self.position
        if source[at] != "<":
            return self._text(at)
        name = _NAME.match(source, at + 1)
        if name is not None:
            return self._tag(name[0].lower(), name.end())
        if source.startswith("<!--", at):
            return self._skip(source.find("-->", at + 2), 3)
        if source.startswith(("<!", "<?"), at):
            return self._skip(source.find(">", at), 1)
        if source.startswith("</", at) and (name := _NAME.match(source, at + 2)) is not None:
            end = source.find(">", name.end())
            self.position = len(source) if end < 0 else end + 1
            return Token("end", name[0].lower(), "")
        return self._text(at + 1)

    def _text(self, after: int) -> Token:
        """Take text up to the next tag that starts at `after` or later."""
        start, found = self.position, _OPENING.search(self.source, after)
        self.position = len(self.source) if found is None else found.start()
        return Token("text", "", self.source[start : self.position])

    def _skip(self, end: int, width: int) -> None:
        """Pass over a comment; one that nothing closes swallows the rest, as in a browser."""
        self.position = len(self.source) if end < 0 else end + width

    def _tag(self, name: str, start: int) -> Token | None:
        end = self._tag_end(start)
        if end < 0:
            return self._text(len(self.source))
        body = self.source[start:end]
        self.position = end + 1
        if name in _RAW:
            return self._raw(name)
        return Token("start", name, body.strip())

    def _tag_end(self, start: int) -> int:
        """Find the `>` that closes a tag; after a quote that nothing closes, any `>` does."""
        at = start
        # A quote in an attribute's name is a character; only one after "=" opens a value.
        while self._quotes:
            stop = _STOP.search(self.source, at)
            if stop is None:
                break
            if stop[1] is None:
                return stop.start()
            close = self.source.find(stop[1], stop.end())
            if close < 0:
                break
            at = close + 1
        self._quotes = False
        return self.source.find(">", start)

    def _raw(self, name: str) -> Token | None:
        closing = re.compile(rf"(?i)</{name}(?=[\s/>])")
        found = closing.search(self.source, self.position)
        start = self.position
        self.position = len(self.source) if found is None else found.start()
        if name == "style":
            return Token("style", name, self.source[start : self.position])
        return None
