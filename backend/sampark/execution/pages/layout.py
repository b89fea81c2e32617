"""Blocks as data for the templates, and tables cut so that they fit the paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from sampark.execution.documents.blocks import (
    Block,
    Code,
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
from sampark.execution.documents.pictures import picture_width

PORTRAIT, LANDSCAPE = 104, 185  # characters of a table's row at its font size
_COLUMN = 34  # characters that one column may claim
_TOKEN = 22  # a longer word gets places where it may break

Data = dict[str, JsonValue]


@dataclass
class Pictures:
    """The pictures of one document, by the file name under which the template finds them."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def add(self, content: bytes, media_type: str) -> str:
        """Keep a picture and return its file name."""
        suffix = "jpg" if media_type == "image/jpeg" else "png"
        name = f"picture-{len(self.files) + 1}.{suffix}"
        self.files[name] = content
        return name


def block_data(block: Block, pictures: Pictures) -> Data:
    """Return one block as the templates read it."""
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "spans": span_data(block.spans)}
        case Paragraph():
            return {"kind": "paragraph", "spans": span_data(block.spans)}
        case Code():
            return {"kind": "code", "text": block.text}
        case Rule():
            return {"kind": "rule"}
        case Picture():
            path = pictures.add(block.content, block.media_type)
            return {"kind": "picture", "path": path, "width": picture_width(block.content)}
        case Quote() | Items() | Grid():
            return _nested_data(block, pictures)


def _nested_data(block: Quote | Items | Grid, pictures: Pictures) -> Data:
    match block:
        case Quote():
            inner = [block_data(each, pictures) for each in block.blocks]
            return {"kind": "quote", "blocks": list(inner)}
        case Items():
            items: JsonValue = [[block_data(b, pictures) for b in item] for item in block.items]
            return {"kind": "list", "ordered": block.ordered, "first": block.first, "items": items}
        case Grid():
            return grid_data(block)


def span_data(spans: Sequence[Span]) -> JsonValue:
    """Return spans as the templates read them; forms that are off are left out."""
    return [_span_data(span) for span in spans]


def _span_data(span: Span) -> JsonValue:
    forms = (
        ("bold", span.bold),
        ("italic", span.italic),
        ("strike", span.strike),
        ("code", span.code),
    )
    data: Data = {"text": span.text, **{name: True for name, on in forms if on}}
    return {**data, "href": span.href} if span.href else data


def grid_data(grid: Grid) -> Data:
    """Return a table as the templates read it; short columns keep their width, long ones share."""
    rows = [(*row, *([()] * (grid.width - len(row)))) for row in grid.rows]
    widths = column_widths(grid)
    room = sum(widths)
    columns: JsonValue = [
        "auto" if width <= _COLUMN // 2 or room < PORTRAIT else "1fr" for width in widths
    ]
    return {
        "kind": "table",
        "columns": columns,
        "head": grid.head,
        "right": list[JsonValue](sorted(grid.right)),
        "rows": [[span_data(_breakable(cell)) for cell in row] for row in rows],
    }


def column_widths(grid: Grid) -> list[int]:
    """Return the characters that each column claims; a header may break between words."""
    widths = [3] * grid.width
    for count, row in enumerate(grid.rows[:200]):
        for place, cell in enumerate(row):
            text = plain(cell)
            words = text.split() if count == 0 and grid.head else [text]
            claimed = max((len(word) for word in words), default=0) + 2
            widths[place] = max(widths[place], min(claimed, _COLUMN))
    return widths


def fit(grid: Grid, room: int) -> list[Grid]:
    """Cut a table into tables of at most so many characters; the first column stands in each."""
    widths = column_widths(grid)
    groups: list[list[int]] = [[]]
    taken = widths[0] if widths else 0
    for place in range(1, grid.width):
        if groups[-1] and taken + widths[place] > room:
            groups.append([])
            taken = widths[0]
        groups[-1].append(place)
        taken += widths[place]
    return [_pick(grid, [0, *group]) for group in groups]


def _pick(grid: Grid, places: list[int]) -> Grid:
    rows = tuple(
        tuple(row[place] if place < len(row) else () for place in places) for row in grid.rows
    )
    right = frozenset(new for new, place in enumerate(places) if place in grid.right)
    return Grid(rows, head=grid.head, right=right)


def _breakable(spans: Spans) -> Spans:
    if all(len(word) <= _TOKEN for word in plain(spans).split()):
        return spans
    return tuple(
        Span(_with_breaks(span.text), span.bold, span.italic, span.strike, span.code, span.href)
        for span in spans
    )


def _with_breaks(text: str) -> str:
    # A zero-width space is where a long word may break; columns would run off the page.
    words = text.split(" ")
    return " ".join("\u200b".join(_pieces(word)) for word in words)


def _pieces(word: str) -> list[str]:
    return [word[start : start + _TOKEN] for start in range(0, len(word), _TOKEN)] or [""]
