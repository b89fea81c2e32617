"""Markdown becomes a document: CommonMark with tables and strike-through; raw HTML stays text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

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
    safe_href,
    shallow,
    tidy,
)
from sampark.execution.documents.text import read_text
from sampark.execution.limits import MARKDOWN_CHARACTERS


def read_markdown(text: str) -> Document:
    """Read Markdown; beyond the limit of characters it is read as plain text."""
    if len(text) > MARKDOWN_CHARACTERS:
        return read_text(text)
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return Document(blocks=tuple(shallow(_blocks(_Stream(parser.parse(text))))))


class _Stream:
    """Tokens one by one, with a look at what an opening token encloses."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def __iter__(self) -> Iterator[Token]:
        while self._place < len(self._tokens):
            self._place += 1
            yield self._tokens[self._place - 1]

    def inside(self) -> "_Stream":
        """Return the tokens up to the one that closes the last opening one, and go beyond it."""
        start, depth = self._place, 1
        while depth:
            depth += self._tokens[self._place].nesting
            self._place += 1
        return _Stream(self._tokens[start : self._place - 1])


def _blocks(stream: _Stream) -> Iterator[Block]:
    for token in stream:
        match token.type:
            case "heading_open":
                yield Heading(int(token.tag[1:]), _inline(stream.inside()))
            case "paragraph_open":
                yield Paragraph(_inline(stream.inside()))
            case "fence" | "code_block":
                yield Code(token.content.rstrip("\n"))
            case "hr":
                yield Rule()
            case _ if token.nesting > 0:
                yield from _nested(token, stream.inside())
            case _:
                continue


def _nested(opening: Token, inside: _Stream) -> Iterator[Block]:
    match opening.type:
        case "bullet_list_open" | "ordered_list_open":
            yield _items(opening, inside)
        case "blockquote_open":
            yield Quote(tuple(_blocks(inside)))
        case "table_open":
            yield _grid(inside)
        case _:
            yield from _blocks(inside)


def _items(opening: Token, stream: _Stream) -> Items:
    items = tuple(tuple(_blocks(stream.inside())) for _ in stream)
    first = opening.attrGet("start")
    return Items(items, ordered=opening.type.startswith("ordered"), first=int(first or 1))


def _grid(stream: _Stream) -> Grid:
    rows: list[tuple[Spans, ...]] = []
    right: set[int] = set()
    for token in stream:
        if token.type == "tr_open":
            cells: list[Spans] = []
            for cell in (row := stream.inside()):
                if "right" in str(cell.attrGet("style") or ""):
                    right.add(len(cells))
                cells.append(_inline(row.inside()))
            rows.append(tuple(cells))
    return Grid(tuple(rows), head=True, right=frozenset(right))


def _inline(stream: _Stream) -> Spans:
    spans: list[Span] = []
    for token in stream:
        form = Span("")
        for child in token.children or []:
            form = _form(form, child)
            text = _text(child)
            if text:
                spans.append(replace(form, text=text, code=child.type == "code_inline"))
    return tidy(spans)


def _text(token: Token) -> str:
    match token.type:
        case "text" | "code_inline" | "text_special":
            return token.content
        case "hardbreak":
            return "\n"
        case "softbreak":
            return " "
        case "image":
            return token.content
        case _:
            return ""


def _form(form: Span, token: Token) -> Span:
    match token.type:
        case "strong_open" | "strong_close":
            return replace(form, bold=token.nesting > 0)
        case "em_open" | "em_close":
            return replace(form, italic=token.nesting > 0)
        case "s_open" | "s_close":
            return replace(form, strike=token.nesting > 0)
        case "link_open":
            return replace(form, href=safe_href(str(token.attrGet("href") or "")))
        case "link_close":
            return replace(form, href="")
        case _:
            return form
