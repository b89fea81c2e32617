"""What a column's cells hold, decided on all of them: number, date, boolean, text or nothing.

A column becomes numbers or dates only when every cell fits, so that nothing is lost without being
said; a column that nearly fits stays text, with a note that names a cell which does not.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from sampark.execution.limits import CELL_CHARACTERS
from sampark.execution.tables.dates import read_dates
from sampark.execution.tables.grid import Cell
from sampark.execution.tables.numbers import Mark, NotNumbers, Numbers, read_numbers

Kind = Literal["number", "text", "date", "boolean", "empty"]
Scalar = str | int | float | bool | date | datetime | None

ERRORS = frozenset(
    {"#n/a", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#getting_data"}
)
"""What Excel shows in place of a value that cannot be computed."""

MISSING = ERRORS | {"n/a", "null", "nan"}
"""Words that mean "no value" in any column."""

MISSING_AMONG_VALUES = MISSING | {
    "na",
    "n.a.",
    "none",
    "nil",
    "-",
    "--",
    "\u2013",
    "\u2014",
    "?",
    ".",
    "missing",
    "unknown",
}
"""Words that mean "no value" where all other cells are numbers, dates or truth values."""

_LABEL = re.compile(
    r"\b(phone|telephone|tel|mobile|fax|zip|postal|postcode|plz|pin ?code|"
    r"iban|isbn|sku|ean|gtin|ssn)\b",
    re.IGNORECASE,
)
_TRUTH = {"true": True, "false": False, "yes": True, "no": False, "y": True, "n": False}
_NEARLY = 0.9  # the share of fitting cells from which an odd one is worth telling


@dataclass(frozen=True)
class Typed:
    """A column with a name, one kind and one value per row; missing is None.

    `unit` is the currency or `%` that every cell bore, which the numbers no longer show.
    """

    name: str
    kind: Kind
    values: Sequence[Scalar]
    notes: tuple[str, ...] = ()
    unit: str = ""


def infer(
    name: str, cells: Sequence[Cell], *, mark: Mark | None = None, day_first: bool | None = None
) -> Typed:
    """Decide a column's kind and read its cells.

    Args:
        name: The header; one that names labels (phone, zip code, IBAN) keeps digits as text.
        cells: One per row, None where empty.
        mark: The decimal mark of the file, where other columns show it.
        day_first: Whether the file writes days before months, where it shows that.
    """
    texts = Counter(cell for cell in cells if isinstance(cell, str))
    others = {type(cell) for cell in cells if cell is not None and not isinstance(cell, str)}
    gone = {text for text in texts if text.casefold() in MISSING_AMONG_VALUES}
    words = texts.keys() - gone
    if (
        not words
        and not others
        and not (texts.keys() - {t for t in gone if t.casefold() in MISSING})
    ):
        return Typed(name, "empty", [None] * len(cells))
    reading = _read(name, words, others, mark, day_first=day_first) if words or others else None
    if reading is None:
        return _text(name, cells, texts, _near_note(name, cells, texts, words, others, mark))
    values = [reading.value(cell) for cell in cells]
    if reading.kind == "date":
        values = _one_precision(values)
    notes = (*reading.notes, *_gone_note(name, texts, gone))
    return Typed(name, reading.kind, values, notes, reading.unit)


@dataclass(frozen=True)
class _Reading:
    kind: Kind
    texts: dict[str, Scalar]
    notes: tuple[str, ...] = ()
    unit: str = ""

    def value(self, cell: Cell) -> Scalar:
        if isinstance(cell, str):
            return self.texts.get(cell)
        if isinstance(cell, time | timedelta):
            return None
        return cell


def _read(
    name: str, words: set[str], others: set[type], mark: Mark | None, *, day_first: bool | None
) -> _Reading | None:
    if others <= {int, float}:
        return _numbers(name, words, others, mark) or (
            None if others else _truth(words) or _dates(name, words, day_first=day_first)
        )
    if others == {bool}:
        return _truth(words)
    if others <= {date, datetime}:
        return _dates(name, words, day_first=day_first)
    return None


def _numbers(name: str, words: set[str], others: set[type], mark: Mark | None) -> _Reading | None:
    if words and (_LABEL.search(name) or _compact_dates(name, words)):
        return None
    read = read_numbers(words, hint=mark)
    if isinstance(read, NotNumbers):
        return None
    notes: list[str] = []
    if words and others:
        notes.append(f"Numbers stored as text in “{name}” were read as numbers.")
    if read.percent:
        notes.append(f"“{name}” is in per cent.")
    if read.currency:
        notes.append(f"“{name}” is in {read.currency}.")
    if read.ambiguous and any(read.mark in word for word in words):
        spelled = "point" if read.mark == "." else "comma"
        notes.append(f"The {spelled} in “{name}” was read as a decimal {spelled}.")
    unit = read.currency or ("%" if read.percent else "")
    return _Reading("number", dict(read.values), tuple(notes), unit)


def _truth(words: set[str]) -> _Reading | None:
    folded = {word.casefold() for word in words}
    if any(folded <= pair for pair in ({"true", "false"}, {"yes", "no"}, {"y", "n"})):
        return _Reading("boolean", {word: _TRUTH[word.casefold()] for word in words})
    return None


def _dates(name: str, words: set[str], *, day_first: bool | None) -> _Reading | None:
    if not words:
        return _Reading("date", {})
    read = read_dates(words, day_first=day_first, compact=_compact_dates(name, words))
    if read is None:
        return None
    notes = (f"“{name}”: {read.note}",) if read.note else ()
    return _Reading("date", dict(read.values), notes)


def _compact_dates(name: str, words: set[str]) -> bool:
    named = re.search(r"date|day|datum|fecha", name, re.IGNORECASE) is not None
    return named and all(len(word) == 8 and word.isdigit() for word in words)


def _one_precision(values: list[Scalar]) -> list[Scalar]:
    # A sheet stores days as midnights; one cell with a clock time makes them all moments.
    moments = [value for value in values if isinstance(value, datetime)]
    if any(moment.time() != time() for moment in moments):
        return [_midnight(value) for value in values]
    return [value.date() if isinstance(value, datetime) else value for value in values]


def _midnight(value: Scalar) -> Scalar:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def _text(name: str, cells: Sequence[Cell], texts: Counter[str], note: str) -> Typed:
    gone = {text for text in texts if text.casefold() in MISSING}
    values = [None if cell is None or cell in gone else spoken(cell) for cell in cells]
    notes = [note] if note else []
    if any(len(value) > CELL_CHARACTERS for value in values if value):
        values = [value and value[:CELL_CHARACTERS] for value in values]
        notes.append(f"Cells of “{name}” longer than {CELL_CHARACTERS:,} characters were cut.")
    return Typed(name, "text", values, (*notes, *_gone_note(name, texts, gone)))


def spoken(cell: Cell) -> str:
    """Return a cell as a person would write it: dates as ISO 8601, whole floats without `.0`."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:.15g}"
        case datetime():
            plain = cell.time() == time()
            return cell.date().isoformat() if plain else cell.isoformat(" ", _precision(cell))
        case time():
            return cell.isoformat(_precision(cell))
        case _:
            return str(cell)


def _precision(moment: datetime | time) -> str:
    return "microseconds" if moment.microsecond else "seconds" if moment.second else "minutes"


def _gone_note(name: str, texts: Counter[str], gone: set[str]) -> tuple[str, ...]:
    if not gone:
        return ()
    count = sum(texts[text] for text in gone)
    counted = "1 cell" if count == 1 else f"{count:,} cells"
    words = ", ".join(f"“{text}”" for text in sorted(gone)[:3])
    return (f"In “{name}”, {words} was read as missing ({counted}).",)


def _near_note(
    name: str,
    cells: Sequence[Cell],
    texts: Counter[str],
    words: set[str],
    others: set[type],
    mark: Mark | None,
) -> str:
    read = read_numbers(words, hint=mark)
    numeric = sum(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)
    if isinstance(read, Numbers) or not others <= {int, float}:
        return ""
    odd = sum(texts[text] for text in read.odd)
    total = numeric + sum(texts[word] for word in words)
    if not read.odd:
        return (
            f"“{name}” was kept as text: {read.reason}."
            if read.reason.startswith("several")
            else ""
        )
    if (total - odd) < _NEARLY * total:
        return ""
    row = next(place for place, cell in enumerate(cells, start=1) if cell in read.odd)
    return (
        f"“{name}” was kept as text: {odd:,} of {total:,} cells are not numbers "
        f"(row {row:,}: “{str(cells[row - 1])[:40]}”)."
    )
