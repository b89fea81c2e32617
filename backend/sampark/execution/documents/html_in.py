"""HTML becomes a document. It is cleaned first; hostile sizes are read as text only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser

import nh3

from sampark.execution.documents.blocks import (
    Block,
    Code,
    Document,
    Grid,
    Heading,
    Items,
    Paragraph,
    Quote,
    Rule,
    Span,
    Spans,
    plain,
    safe_href,
    shallow,
    tidy,
)
from sampark.execution.documents.text import read_text
from sampark.execution.limits import HTML_BYTES, HTML_DEPTH, HTML_TAGS

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "ul", "ol", "li",
    "table", "pre", "blockquote", "hr", "figure", "figcaption", "dl", "dt", "dd", "address",
    "center", *_HEADINGS,
}  # fmt: skip
_FORMS = {
    "strong": "bold", "b": "bold", "em": "italic", "i": "italic", "cite": "italic",
    "s": "strike", "del": "strike", "strike": "strike", "code": "code", "tt": "code", "kbd": "code",
}  # fmt: skip
_TABLE = {"caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_TAGS = {*_BLOCKS, *_FORMS, *_TABLE, "a", "br", "span", "img", "u", "sub", "sup", "small", "font"}
_SILENT = {
    "script",
    "style",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
    "title",
    "noscript",
    "textarea",
}
_CELL = {"align", "class", "style"}
_VOID = {
    "br",
    "hr",
    "img",
    "input",
    "meta",
    "link",
    "col",
    "area",
    "base",
    "embed",
    "source",
    "wbr",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def read_html(text: str) -> Document:
    """Read HTML; over 500 KB, 5,000 tags or 200 levels deep, only its text."""
    title = _title(text)
    if not _is_modest(text):
        return replace(read_text(strip_tags(text)), title=title)
    clean = nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags=_SILENT,
        attributes={"a": {"href"}, "ol": {"start"}, "img": {"alt"}, "td": _CELL, "th": _CELL},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    builder = _Builder()
    builder.feed(clean)
    builder.close()
    return Document(blocks=tuple(shallow(_blocks(builder.root.children, Span("")))), title=title)


def strip_tags(text: str) -> str:
    """Return the text of HTML without building a tree; time grows with the length only."""
    parts: list[str] = []
    place = 0
    while (start := text.find("<", place)) >= 0:
        parts.append(text[place:start])
        found = _TAG.match(text, start)
        name = found[2].lower() if found else ""
        end = text.find(">", start)
        if name in {"script", "style"} and found and not found[1]:
            end = text.lower().find(f"</{name}", start) if end >= 0 else -1
            end = text.find(">", end) if end >= 0 else -1
        if end < 0:
            return unescape("".join(parts))
        parts.append(
            "\n\n"
            if name in _BLOCKS
            else "\n"
            if name in {"br", "tr"}
            else " "
            if name == "td"
            else ""
        )
        place = end + 1
    return unescape("".join([*parts, text[place:]]))


def _title(text: str) -> str:
    found = re.search(r"<title[^>]{0,200}>([^<]{1,300})", text[:20_000], re.IGNORECASE)
    return " ".join(unescape(found[1]).split()) if found else ""


def _is_modest(text: str) -> bool:
    if len(text.encode()) > HTML_BYTES:
        return False
    count = depth = deepest = 0
    for found in _TAG.finditer(text):
        count += 1
        if found[2].lower() not in _VOID:
            depth = max(depth - 1, 0) if found[1] else depth + 1
            deepest = max(deepest, depth)
    return count <= HTML_TAGS and deepest <= HTML_DEPTH


@dataclass
class _Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    children: "list[_Node | str]" = field(default_factory=list["_Node | str"])


class _Builder(HTMLParser):
    """Builds a tree of cleaned HTML, in which every tag is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("body")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an opening tag."""
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """Take a closing tag."""
        if tag not in _VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take text."""
        self._open[-1].children.append(data)


def _blocks(children: Sequence[_Node | str], form: Span) -> Iterator[Block]:
    run: list[_Node | str] = []
    for child in children:
        if isinstance(child, _Node) and (child.tag in _BLOCKS or _holds_blocks(child)):
            yield from _paragraph(run, form)
            run = []
            yield from _block(child, form)
        else:
            run.append(child)
    yield from _paragraph(run, form)


def _holds_blocks(node: _Node) -> bool:
    return any(
        isinstance(child, _Node) and (child.tag in _BLOCKS or _holds_blocks(child))
        for child in node.children
    )


def _paragraph(run: Sequence[_Node | str], form: Span) -> Iterator[Block]:
    spans = _collapsed(tuple(_inline(run, form)))
    if plain(spans).strip():
        yield Paragraph(spans)


def _block(node: _Node, form: Span) -> Iterator[Block]:
    match node.tag:
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            yield Heading(int(node.tag[1]), _collapsed(tuple(_inline(node.children, form))))
        case "hr":
            yield Rule()
        case "pre":
            yield Code(plain(tuple(_inline(node.children, form))).strip("\n"))
        case "blockquote":
            yield Quote(tuple(_blocks(node.children, form)))
        case "ul" | "ol":
            yield _items(node, form)
        case "table":
            yield from _grid(node)
        case _:
            yield from _blocks(node.children, _formed(form, node))


def _items(node: _Node, form: Span) -> Items:
    items = [
        tuple(_blocks(child.children if child.tag == "li" else [child], form))
        for child in node.children
        if isinstance(child, _Node)
    ]
    start = node.attributes.get("start", "1")
    first = int(start) if start.isdecimal() and len(start) < 7 else 1
    return Items(tuple(items), ordered=node.tag == "ol", first=first)


def _grid(node: _Node) -> Iterator[Block]:
    rows = [
        [cell for cell in row.children if isinstance(cell, _Node) and cell.tag in {"td", "th"}]
        for row in _find(node, "tr")
    ]
    rows = [row for row in rows if row]
    if not rows:
        yield from _blocks(node.children, Span(""))
        return
    if max(len(row) for row in rows) == 1 and any(
        _holds_blocks(cell) for row in rows for cell in row
    ):
        # One cell around everything is layout, not a table.
        for row in rows:
            yield from _blocks(row[0].children, Span(""))
        return
    right = {place for row in rows for place, cell in enumerate(row) if _stands_right(cell)}
    spans = tuple(tuple(_cell(cell) for cell in row) for row in rows)
    yield Grid(spans, head=all(cell.tag == "th" for cell in rows[0]), right=frozenset(right))


def _stands_right(cell: _Node) -> bool:
    told = {name: cell.attributes.get(name, "").lower() for name in _CELL}
    style = told["style"].replace(" ", "")
    return (
        told["align"] == "right" or "right" in told["class"].split() or "text-align:right" in style
    )


def _find(node: _Node, tag: str) -> Iterator[_Node]:
    for child in node.children:
        if isinstance(child, _Node) and child.tag == tag:
            yield child
        elif isinstance(child, _Node) and child.tag in {"thead", "tbody", "tfoot"}:
            yield from _find(child, tag)


def _cell(node: _Node) -> Spans:
    parts: list[Span] = []
    for block in _blocks(node.children, Span("")):
        spans = block.spans if isinstance(block, Heading | Paragraph) else ()
        parts += [Span("\n")] if parts and spans else []
        parts += spans
    return tidy(parts)


def _inline(children: Sequence[_Node | str], form: Span) -> Iterator[Span]:
    for child in children:
        if isinstance(child, str):
            yield replace(form, text=child)
        elif child.tag == "br":
            yield replace(form, text="\x00")  # a break that white space around it may not swallow
        elif child.tag == "img":
            yield replace(form, text=child.attributes.get("alt", ""))
        else:
            yield from _inline(child.children, _formed(form, child))


def _formed(form: Span, node: _Node) -> Span:
    name = _FORMS.get(node.tag)
    if node.tag == "a":
        return replace(form, href=safe_href(node.attributes.get("href", "")))
    match name:
        case "bold":
            return replace(form, bold=True)
        case "italic":
            return replace(form, italic=True)
        case "strike":
            return replace(form, strike=True)
        case "code":
            return replace(form, code=True)
        case _:
            return form


def _collapsed(spans: Spans) -> Spans:
    collapsed: list[Span] = []
    blank = True
    for span in spans:
        text = re.sub(r"[ \t\r\n\f]+", " ", span.text)
        text = text.removeprefix(" ") if blank else text
        text = re.sub(r" ?\x00 ?", "\n", text)
        if text:
            collapsed.append(replace(span, text=text))
            blank = text[-1] in " \n"
    return tidy(collapsed)
