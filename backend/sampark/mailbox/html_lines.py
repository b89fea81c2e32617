"""The page that the HTML visitor writes on: lines under construction, table rows, links, gaps."""

from dataclasses import dataclass, field

from sampark.mailbox.lines import Line, Mark, quoted_line

_LONGEST_LINK = 500
_MOST_ROWS = 100


@dataclass
class Cell:
    """Where finished lines go: the page itself, or one cell of a table row."""

    lines: list[Line] = field(default_factory=list[Line])


@dataclass
class _Row:
    cells: list[Cell] = field(default_factory=list[Cell])


class Page:
    """Takes text and structure in reading order; `lines` is the result once all is closed."""

    def __init__(self) -> None:
        self._root = Cell()
        self._sinks: list[Cell | _Row] = [self._root]
        self._buffer: list[str] = []
        self._since_link: list[int] = []
        self._depth = 0
        self._mark = Mark.NONE
        self._container = 0
        self._history = Mark.NONE

    @property
    def lines(self) -> list[Line]:
        """The finished lines."""
        return self._root.lines

    def place(self, depth: int, mark: Mark, container: int) -> None:
        """Say where the next text stands; a line with other words on it is ended."""
        if (depth, mark) != (self._depth, self._mark) and "".join(self._buffer).strip():
            self.end_line()
        self._depth, self._mark, self._container = depth, mark, container

    def begin_history(self, mark: Mark) -> None:
        """From here on, everything is history; the first such word stands."""
        self.end_line()
        if self._history is Mark.NONE:
            self._history = mark

    def write(self, text: str, *, pre: bool = False) -> None:
        """Add text to the line; white space at its start or doubled is dropped."""
        if not pre and text[:1] == " " and (not self._buffer or self._buffer[-1][-1:] == " "):
            text = text[1:]
        if text:
            self._buffer.append(text)

    def link(self, href: str) -> None:
        """End a link: its address follows its words unless they already show it."""
        start = self._since_link.pop() if self._since_link else 0
        words = "".join(self._buffer[start:]).strip()
        address = href.strip()
        if not address.lower().startswith(("http://", "https://")) or len(address) > _LONGEST_LINK:
            return
        # The address is shown where the words hide it: what a link says and where it goes may differ.
        if words and _bare(words) not in _bare(address):
            self._buffer.append(f" ({address})")

    def end_line(self, *, keep_blank: bool = False) -> None:
        """Finish the line; an empty one counts only if it was asked for (`<br>`)."""
        text = "".join(self._buffer).rstrip(" ")
        self._buffer.clear()
        self._since_link = [0] * len(self._since_link)
        if text.strip() or keep_blank:
            self._add(text)

    def gap(self) -> None:
        """Leave a blank line after a paragraph."""
        sink = self._sinks[-1]
        if not isinstance(sink, Cell):
            return
        while sink.lines and sink.lines[-1].blank and sink.lines[-1].depth > self._depth:
            sink.lines.pop()
        if sink.lines and not sink.lines[-1].blank:
            self._add("")

    def rule(self) -> None:
        """Draw a horizontal rule."""
        self.end_line()
        self._add("_" * 20)

    def open(self, tag: str) -> None:
        """Open a link, a table row or a cell."""
        if tag == "a":
            self._since_link.append(len(self._buffer))
        elif tag == "tr":
            self._sinks.append(_Row())
        elif tag in {"td", "th"}:
            self.end_line()
            self._sinks.append(Cell())

    def close(self, tag: str) -> None:
        """Close a table row or a cell."""
        if tag in {"td", "th"} and len(self._sinks) > 1 and isinstance(self._sinks[-1], Cell):
            self.end_line()
            cell, above = self._sinks.pop(), self._sinks[-1]
            if isinstance(cell, Cell) and isinstance(above, _Row):
                above.cells.append(cell)
            elif isinstance(cell, Cell):
                self._sink().lines.extend(cell.lines)
        elif tag == "tr" and isinstance(self._sinks[-1], _Row):
            self.end_line()
            row = self._sinks.pop()
            if isinstance(row, _Row):
                self._sink().lines.extend(_row_lines(row))

    def close_all(self) -> None:
        """End whatever the HTML left open."""
        self.end_line()
        while len(self._sinks) > 1:
            self.close("tr" if isinstance(self._sinks[-1], _Row) else "td")

    def _sink(self) -> Cell:
        """The cell that takes lines; text between cells goes to a cell of its own."""
        top = self._sinks[-1]
        if isinstance(top, Cell):
            return top
        top.cells.append(Cell())
        return top.cells[-1]

    def _add(self, text: str) -> None:
        mark = self._history if self._history is not Mark.NONE else self._mark
        quoted = quoted_line(text)
        depth = self._depth + quoted.depth
        body = quoted.text if quoted.depth else text
        shown = f"{'>' * depth} {body}".rstrip() if depth else text
        self._sink().lines.append(Line(shown, body, depth, mark, self._container))


def _row_lines(row: _Row) -> list[Line]:
    """One line for a row of values; for a row that lays out a page, the lines of its cells."""
    filled = [[line for line in cell.lines if not line.blank] for cell in row.cells]
    short = all(len(lines) <= 1 for lines in filled)
    first = next((lines[0] for lines in filled if lines), None)
    if first is None:
        return []
    # Most tables of mail only lay out the page: their cells are paragraphs, one below the other.
    if not short or sum(1 for lines in filled if lines) < 2 or len(row.cells) > _MOST_ROWS:
        return [line for cell in row.cells for line in cell.lines]
    text = " | ".join(lines[0].text if lines else "" for lines in filled)
    shown = f"{'>' * first.depth} {text}" if first.depth else text
    return [Line(shown, text, first.depth, first.mark, first.container)]


def _bare(text: str) -> str:
    plain = (
        text.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    )
    return plain.rstrip("/").removesuffix("…").removesuffix("...")
