"""Figures and tables as words: how a number, a date or a row is written."""

import re
from collections.abc import Sequence
from datetime import date

from sampark.execution.tables.kinds import Scalar, spoken

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#!&])")
_CELL = 80  # characters of a cell in a mail's table
_LABEL = re.compile(r"(?:^|[^a-z])(?:year|yr|fy|ids?|no|nr|key|code)(?:$|[^a-z])", re.IGNORECASE)


def number(value: float) -> str:
    """Return a number with thousands marks and no more digits than help: `1,234.5`, `0.0123`."""
    if float(value).is_integer():
        return f"{value:,.0f}" if abs(value) < 1e15 else f"{value:.4g}"
    if abs(value) >= 1:
        return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.4g}"
    return f"{value:.4g}"


def percent(part: float, whole: float) -> str:
    """Return a share such as `12.5%`; `0%` of nothing."""
    share = 100 * part / whole if whole else 0.0
    return f"{share:.1f}".removesuffix(".0") + "%"


def shown(value: Scalar, column: str = "") -> str:
    """Return a cell as a reader wants it; a year or an id has no thousands mark."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return spoken(value) if _LABEL.search(column) else number(value)
    return spoken(value)


def plain(text: str, most: int = _CELL) -> str:
    """Return text on one line, cut at so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def escaped(text: str) -> str:
    """Return text on one line that Markdown shows as it stands: no links, no emphasis, no HTML."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def called(name: str) -> str:
    """Return a column's, sheet's or file's name in quotation marks, safe inside Markdown."""
    return f"“{escaped(plain(name))}”"


def markdown_table(
    names: Sequence[str], rows: Sequence[Sequence[Scalar]], *, most: int = 10
) -> str:
    """Return a Markdown table of at most so many rows; numbers stand right.

    Args:
        names: The columns' names.
        rows: One value per column.
        most: How many rows are shown; a line below tells how many more there are.
    """
    figures = [_all_numbers([row[place] for row in rows]) for place in range(len(names))]
    lines = [
        [escaped(plain(name)) or " " for name in names],
        ["---:" if figure else "---" for figure in figures],
    ]
    lines += [
        [escaped(plain(shown(cell, name))) for cell, name in zip(row, names, strict=True)]
        for row in rows[:most]
    ]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    more = len(rows) - most
    return f"{text}\n\n{more:,} more rows are not shown here." if more > 0 else text


def _all_numbers(cells: Sequence[Scalar]) -> bool:
    filled = [cell for cell in cells if cell is not None]
    return bool(filled) and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled
    )


def listing(words: Sequence[str]) -> str:
    """Return `a`, `a and b` or `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def span(first: date, last: date) -> str:
    """Return a range of dates: `2024-01-01 to 2024-03-31`."""
    return f"{spoken(first)} to {spoken(last)}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return `1 row`, `1,234 rows`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
