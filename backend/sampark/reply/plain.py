"""Markdown tokens as plain text: the same words as the HTML body, laid out without markup."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

INDENT = "    "
_WIDEST = 96  # a table wider than this is not padded: it would break in every window


def write(tokens: Sequence[Token]) -> str:
    """Return the text of parsed Markdown: blocks apart by an empty line, no trailing LF."""
    return _blocks(SyntaxTreeNode(tokens).children)


def _blocks(nodes: Iterable[SyntaxTreeNode], *, tight: bool = False) -> str:
    written = [text for node in nodes if (text := _block(node))]
    return ("\n" if tight else "\n\n").join(written)


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "paragraph" | "heading":
            return "\n".join(_inline(child) for child in node.children)
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "table":
            return _table(node)
        case "hr":
            return "* * *"
        case "fence" | "code_block":
            return _indented(node.content.rstrip("\n"))
        case _:
            return _indented(_blocks(node.children))


def _list(node: SyntaxTreeNode) -> str:
    openings = [child for item in node.children for child in item.children[:1]]
    tight = all(child.hidden for child in openings if child.type == "paragraph")
    first = int(str(node.attrs.get("start", 1)))
    numbers = range(first, first + len(node.children))
    marks = [f"{number}. " if node.type == "ordered_list" else "- " for number in numbers]
    items = [
        mark + _indented(_blocks(item.children, tight=tight), " " * len(mark)).lstrip()
        for mark, item in zip(marks, node.children, strict=True)
    ]
    return ("\n" if tight else "\n\n").join(items)


def _table(node: SyntaxTreeNode) -> str:
    rows = [row for part in node.children for row in part.children]
    cells = [[_cell(cell) for cell in row.children] for row in rows]
    right = [cell.attrs.get("align") == "right" for cell in rows[0].children]
    widths = [max(map(len, column)) for column in zip_longest(*cells, fillvalue="")]
    if sum(widths) + 3 * len(widths) > _WIDEST:
        return "\n".join(" | ".join(row) for row in cells)
    rule = "-+-".join("-" * width for width in widths)
    lines = [_padded(row, widths, right) for row in cells]
    return "\n".join([lines[0], rule, *lines[1:]])


def _padded(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(row, widths, right, strict=True)
    )
    return " | ".join(padded).rstrip()


def _cell(cell: SyntaxTreeNode) -> str:
    return " ".join("".join(map(_inline, cell.children)).split())


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "link":
            words = _joined(node)
            target = str(node.attrs["href"])
            return target if words == target else f"{words} ({target})"
        case _:
            return _joined(node) if node.children else node.content


def _joined(node: SyntaxTreeNode) -> str:
    return "".join(map(_inline, node.children))


def _indented(text: str, by: str = INDENT) -> str:
    return "\n".join(by + row if row else row for row in text.split("\n"))
