"""A document as Markdown that reads back as the same document."""

import re
from collections.abc import Iterator, Sequence

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

_SIGNS = re.compile(r"([\\`*_\[\]<>~|])")
_LINE_START = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|\d{1,9}[.)](?=\s|$)|={3,}|-{3,})", re.MULTILINE
)


def write_markdown(document: Document) -> str:
    """Return a document as CommonMark with tables."""
    return "\n\n".join("\n".join(_lines(block)) for block in document.blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_inline(block.spans).replace(chr(10), ' ')}"
        case Paragraph():
            yield from _guarded(_inline(block.spans)).replace("\n", "\\\n").split("\n")
        case Code():
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", block.text)), default=0))
            yield from (fence, *block.text.split("\n"), fence)
        case Rule():
            yield "---"
        case Picture():
            yield f"*{_escaped(block.alt) or 'picture'}*"
        case Quote() | Items() | Grid():
            yield from _nested(block)


def _nested(block: Quote | Items | Grid) -> Iterator[str]:
    match block:
        case Quote():
            yield from (f"> {line}".rstrip() for line in _joined(block.blocks))
        case Items():
            yield from _items(block)
        case Grid():
            yield from _grid(block)


def _joined(blocks: Sequence[Block]) -> Iterator[str]:
    for place, block in enumerate(blocks):
        if place and not isinstance(block, Items):
            yield ""
        yield from _lines(block)


def _items(block: Items) -> Iterator[str]:
    for place, item in enumerate(block.items):
        mark = f"{block.first + place}. " if block.ordered else "- "
        lines = list(_joined(item)) or [""]
        for count, line in enumerate(lines):
            yield f"{mark if not count else ' ' * len(mark)}{line}".rstrip()


def _grid(block: Grid) -> Iterator[str]:
    rows = [[_inline(cell).replace("\n", " ") for cell in row] for row in block.rows]
    rows = [row + [""] * (block.width - len(row)) for row in rows]
    head = rows.pop(0) if block.head and rows else [""] * block.width
    rule = ["---:" if place in block.right else "---" for place in range(block.width)]
    for row in (head, rule, *rows):
        yield f"| {' | '.join(row)} |"


def _guarded(text: str) -> str:
    # A line that begins like a heading, a list or a rule would become one.
    return _LINE_START.sub(
        lambda found: (
            f"{found[1]}\\{found[2]}"
            if not found[2][0].isdigit()
            else f"{found[1]}{found[2][:-1]}\\{found[2][-1]}"
        ),
        text,
    )


def _inline(spans: Spans) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    if not plain((span,)).strip():
        return span.text
    lead = span.text[: len(span.text) - len(span.text.lstrip())]
    tail = span.text[len(span.text.rstrip()) :]
    text = _code(span.text.strip()) if span.code else _escaped(span.text.strip())
    for mark, on in (("~~", span.strike), ("*", span.italic), ("**", span.bold)):
        text = f"{mark}{text}{mark}" if on else text
    text = f"[{text}]({_target(span.href)})" if span.href else text
    return f"{lead}{text}{tail}"


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)


def _code(text: str) -> str:
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _target(href: str) -> str:
    return f"<{href}>" if re.search(r"[()\s]", href) else href
