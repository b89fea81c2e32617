"""Plain text, read and written: paragraphs part at blank lines, tables stand in columns."""

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap

from sampark.execution.documents.blocks import (
    Block,
    Code,
    Document,
    Grid,
    Heading,
    Items,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Span,
    Spans,
    plain,
)

_WIDTH = 78


def read_text(text: str) -> Document:
    """Read plain text: each run of lines is a paragraph whose line breaks are kept."""
    parts = re.split(r"\n\s*\n", text.strip("\n"))
    return Document(
        blocks=tuple(Paragraph((Span(part.rstrip()),)) for part in parts if part.strip())
    )


def write_text(document: Document) -> str:
    """Return a document as plain text, wrapped at 78 characters; links follow in brackets."""
    return "\n\n".join("\n".join(_lines(block, _WIDTH)) for block in document.blocks) + "\n"


def _lines(block: Block, width: int) -> Iterator[str]:
    match block:
        case Heading():
            yield from _heading_lines(block, width)
        case Paragraph():
            yield from _wrapped(_told(block.spans), width)
        case Code():
            yield from (f"    {line}" for line in block.text.split("\n"))
        case Rule():
            yield "-" * width
        case Picture():
            yield f"[{block.alt or 'picture'}]"
        case Quote() | Items() | Grid():
            yield from _nested_lines(block, width)


def _heading_lines(block: Heading, width: int) -> Iterator[str]:
    title = _told(block.spans)
    yield title
    if block.level <= 2 and title:
        yield ("=" if block.level == 1 else "-") * min(len(title), width)


def _nested_lines(block: Quote | Items | Grid, width: int) -> Iterator[str]:
    match block:
        case Quote():
            yield from (f"> {line}" for line in _joined(block.blocks, width - 2))
        case Items():
            yield from _item_lines(block, width)
        case Grid():
            yield from _grid_lines(block)


def _joined(blocks: Sequence[Block], width: int) -> Iterator[str]:
    for place, block in enumerate(blocks):
        if place and not isinstance(block, Items):
            yield ""
        yield from _lines(block, width)


def _item_lines(block: Items, width: int) -> Iterator[str]:
    for place, item in enumerate(block.items):
        mark = f"{block.first + place}. " if block.ordered else "- "
        for count, line in enumerate(_joined(item, width - len(mark))):
            yield f"{mark if not count else ' ' * len(mark)}{line}".rstrip()


def _grid_lines(block: Grid) -> Iterator[str]:
    rows = [[" ".join(_told(cell).split()) for cell in row] for row in block.rows]
    rows = [row + [""] * (block.width - len(row)) for row in rows]
    widths = [max(len(row[place]) for row in rows) for place in range(block.width)]
    for count, row in enumerate(rows):
        cells = [
            cell.rjust(width) if place in block.right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
        if block.head and not count:
            yield "  ".join("-" * width for width in widths)


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in text.split("\n"):
        yield from wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]


def _told(spans: Spans) -> str:
    parts: list[str] = []
    for span in spans:
        address = span.href.removeprefix("mailto:")
        parts.append(span.text)
        if span.href and address not in span.text:
            parts.append(f" ({address})")
    return "".join(parts) if parts else plain(spans)
