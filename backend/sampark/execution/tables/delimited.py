"""Delimited text: the separator is found by trying, quotes may hold line breaks."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from sampark.errors import StepFailed
from sampark.execution.tables.grid import Collector, Grid
from sampark.execution.text import decode

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 200
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def read_delimited(name: str, content: bytes, *, delimiter: str = "") -> Grid:
    """Read a csv or tsv file.

    Args:
        name: The file's name, for messages.
        content: Its bytes, in any encoding that `decode` knows.
        delimiter: The separator where it is known, else it is found.

    Raises:
        StepFailed: A cell is larger than 128 KB, or the sheet is beyond the limits.
    """
    decoded = decode(content)
    text, told = _told_delimiter(decoded.text)
    mark = told or delimiter or find_delimiter(text)
    collector = Collector(name)
    for row in _cells(name, text, mark):
        collector.add(row)
    notes = [decoded.note]
    if mark != "," and not told and not delimiter:
        notes.append(f"Cells are separated by {_NAMES[mark]}.")
    return Grid(rows=collector.rows(), comma=mark == ";").noting(*notes)


def find_delimiter(text: str) -> str:
    """Return the separator that cuts the first rows into the most regular table; else a comma.

    A separator's score is the share of rows that have the most frequent width, where that width
    is over one; among equals the wider table wins.
    """
    best, best_score = ",", (0.0, 0)
    for mark in DELIMITERS:
        rows = islice(_reader(text, mark, quotes=True), _SAMPLE_ROWS)
        try:
            widths = Counter(len(row) for row in rows if any(row))
        except csv.Error:
            continue
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (count / widths.total(), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = mark, score
    return best


def _told_delimiter(text: str) -> tuple[str, str]:
    # Excel writes and obeys a first line `sep=;`.
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and first[4:5] in DELIMITERS and len(first) == 5:
        return rest, first[4:5]
    return text, ""


def _cells(name: str, text: str, mark: str) -> Iterator[list[str]]:
    quotes = _are_closed(text, mark)
    try:
        yield from _reader(text, mark, quotes=quotes)
    except csv.Error:
        raise StepFailed(
            f"“{name}” has a cell of over 128 KB.", fix="Is it really a table? Please check it."
        ) from None


def _are_closed(text: str, mark: str) -> bool:
    """Tell whether every quote is closed; if not, one is a sign in a text, as in 5", and all are."""
    try:
        for _ in csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" not in str(error) and text.count('"') % 2 == 0
    return True


def _reader(text: str, mark: str, *, quotes: bool) -> Iterable[list[str]]:
    quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    return csv.reader(StringIO(text, newline=""), delimiter=mark, quoting=quoting)
