"""The model of a document: blocks of spans."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

_SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True)
class Span:
    """A run of text with one form. Line feeds break lines. `href`: a web or mail link, or empty."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    href: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 (the title) to 6."""

    level: int
    spans: Spans


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True)
class Code:
    """Text whose spaces and line breaks matter."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A horizontal line."""


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG picture."""

    content: bytes
    media_type: str
    alt: str = ""


@dataclass(frozen=True)
class Grid:
    """A table. The first row is its header if `head`; `right` are the places that stand right."""

    rows: tuple[tuple[Spans, ...], ...]
    head: bool = True
    right: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((len(row) for row in self.rows), default=0)


@dataclass(frozen=True)
class Quote:
    """Quoted blocks."""

    blocks: "tuple[Block, ...]"


@dataclass(frozen=True)
class Items:
    """A list: each item holds blocks; `first` is the number of the first where it is ordered."""

    items: "tuple[tuple[Block, ...], ...]"
    ordered: bool = False
    first: int = 1


Block = Heading | Paragraph | Code | Rule | Picture | Grid | Quote | Items


@dataclass(frozen=True)
class Document:
    """A document's blocks, and its title where the file itself has one."""

    blocks: tuple[Block, ...]
    title: str = ""


def safe_href(href: str) -> str:
    """Return a link that may be kept: web and mail addresses; else nothing."""
    stripped = href.strip()
    try:
        scheme = urlsplit(stripped).scheme.lower()
    except ValueError:
        return ""
    return stripped if scheme in _SCHEMES and not any(c in stripped for c in "\n\r\t") else ""


def tidy(spans: Iterable[Span]) -> Spans:
    """Join neighbours of one form, and drop blank space at both ends."""
    joined: list[Span] = []
    for span in spans:
        if joined and replace(joined[-1], text="") == replace(span, text=""):
            joined[-1] = replace(span, text=joined[-1].text + span.text)
        elif span.text:
            joined.append(span)
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(span for span in joined if span.text)


def plain(spans: Sequence[Span]) -> str:
    """Return the text of spans without form."""
    return "".join(span.text for span in spans)


def shallow(blocks: Iterable["Block"], most: int = 8) -> "Iterator[Block]":
    """Yield blocks with quotes and lists nested at most so deep; what lies deeper comes up.

    Nobody nests deeper by intention, and what writes documents has limits of its own.
    """
    for block in blocks:
        if isinstance(block, Quote):
            inner = shallow(block.blocks, most - 1)
            yield from (Quote(tuple(inner)),) if most > 0 else inner
        elif isinstance(block, Items):
            items = tuple(tuple(shallow(item, most - 1)) for item in block.items)
            lifted = (inner for item in items for inner in item)
            yield from (replace(block, items=items),) if most > 0 else lifted
        else:
            yield block
