"""A document as one HTML page: all escaped, a small style sheet inside, nothing from outside."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

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
)

_STYLE = """
body { font: 16px/1.55 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: #1f2937;
  max-width: 52rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1, h2, h3, h4, h5, h6 { color: #1f4e79; line-height: 1.25; margin: 1.6em 0 0.6em; }
table { border-collapse: collapse; margin: 1.2em 0; font-size: 0.92em; }
th, td { border-bottom: 1px solid #d1d5db; padding: 0.35em 0.7em; text-align: left;
  vertical-align: top; }
th { background: #eef3f8; border-bottom: 2px solid #1f4e79; color: #1f4e79; }
.right { text-align: right; font-variant-numeric: tabular-nums; }
pre { background: #f3f4f6; padding: 0.8em 1em; overflow-x: auto; border-radius: 4px; }
blockquote { border-left: 3px solid #d1d5db; margin-left: 0; padding-left: 1em; color: #6b7280; }
hr { border: 0; border-top: 1px solid #d1d5db; }
img { max-width: 100%; }
"""


def write_html(document: Document, *, title: str) -> str:
    """Return a whole page; `title` is used where the document has none."""
    body = "\n".join(_block(block) for block in document.blocks)
    head = f'<meta charset="utf-8">\n<title>{escape(document.title or title)}</title>'
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n<style>{_STYLE}</style>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{_inline(block.spans)}</h{block.level}>"
        case Paragraph():
            return f"<p>{_inline(block.spans)}</p>"
        case Code():
            return f"<pre><code>{escape(block.text)}</code></pre>"
        case Rule():
            return "<hr>"
        case Picture():
            data = f"data:{block.media_type};base64,{b64encode(block.content).decode()}"
            return f'<p><img alt="{escape(block.alt)}" src="{data}"></p>'
        case Quote() | Items() | Grid():
            return _nested(block)


def _nested(block: Quote | Items | Grid) -> str:
    match block:
        case Quote():
            return f"<blockquote>\n{_joined(block.blocks)}\n</blockquote>"
        case Items():
            return _items(block)
        case Grid():
            return _grid(block)


def _joined(blocks: Sequence[Block]) -> str:
    return "\n".join(_block(block) for block in blocks)


def _items(block: Items) -> str:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.first}"' if block.ordered and block.first != 1 else ""
    items = "\n".join(f"<li>{_item(item)}</li>" for item in block.items)
    return f"<{tag}{start}>\n{items}\n</{tag}>"


def _item(item: Sequence[Block]) -> str:
    if item and isinstance(item[0], Paragraph):
        rest = _joined(item[1:])
        return _inline(item[0].spans) + (f"\n{rest}\n" if rest else "")
    return _joined(item)


def _grid(block: Grid) -> str:
    rows = [(*row, *([()] * (block.width - len(row)))) for row in block.rows]
    head = [_row(rows[0], "th", block)] if block.head and rows else []
    body = [_row(row, "td", block) for row in rows[len(head) :]]
    parts = [f"<thead>\n{head[0]}\n</thead>"] if head else []
    return "\n".join(["<table>", *parts, "<tbody>", *body, "</tbody>", "</table>"])


def _row(row: Sequence[Spans], tag: str, block: Grid) -> str:
    look = [' class="right"' if place in block.right else "" for place in range(len(row))]
    cells = (f"<{tag}{look[place]}>{_inline(cell)}</{tag}>" for place, cell in enumerate(row))
    return f"<tr>{''.join(cells)}</tr>"


def _inline(spans: Spans) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    text = escape(span.text, quote=False).replace("\n", "<br>\n")
    forms = (("code", span.code), ("s", span.strike), ("em", span.italic), ("strong", span.bold))
    for tag, on in forms:
        text = f"<{tag}>{text}</{tag}>" if on else text
    return f'<a href="{escape(span.href)}">{text}</a>' if span.href else text
