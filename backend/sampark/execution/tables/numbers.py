"""Numbers as people write them: thousands marks, decimal commas, currencies, per cent, brackets.

A whole column is read at once, because one cell alone often cannot tell: `1.234` is a thousand in
one file and a little over one in another.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

Mark = Literal[".", ","]

_CURRENCY = (
    r"[$€£¥₹₽₩₪฿₺₴₫₦₱]|US\$|Rs\.?|kr\.?|zł|"
    r"USD|EUR|GBP|CHF|JPY|INR|CNY|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|SGD|HKD"
)
_SHAPE = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+\u2212\u2013])?\s*(?P<before>{_CURRENCY})?\s*(?P<inner>[-+\u2212\u2013])?"
    r"(?P<digits>\d[\d.,'\u2019\u00a0\u202f\u2009 ]*\d|\d[.,]?|[.,]\d+)(?P<power>[eE][-+]?\d{1,3})?"
    rf"\s*(?P<after>{_CURRENCY})?\s*(?P<percent>%)?\s*(?P<trailing>[-\u2212\u2013])?\s*(?P<close>\))?"
)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")
_GROUPS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}|\d+")
_WIDEST = 40  # characters that a number may take, with its currency
_LONGEST = 15  # digits a double holds exactly; longer ones are account or card numbers


@dataclass(frozen=True)
class Numbers:
    """A column read as numbers, by the text of each distinct cell.

    `ambiguous` tells that no cell proves which mark is the decimal one, yet it matters.
    """

    values: dict[str, int | float]
    mark: Mark
    percent: bool = False
    currency: str = ""
    ambiguous: bool = False


@dataclass(frozen=True)
class NotNumbers:
    """Why a column does not read as numbers; `odd` cells fail, `fitting` is how many fit."""

    reason: str
    odd: tuple[str, ...] = ()
    fitting: int = 0


@dataclass
class _Evidence:
    marks: set[Mark] = field(default_factory=set[Mark])
    ambiguous: bool = False


def read_numbers(texts: Collection[str], *, hint: Mark | None = None) -> Numbers | NotNumbers:
    """Read the distinct texts of a column as numbers.

    Args:
        texts: Distinct cells, none empty.
        hint: The decimal mark that the rest of the file uses, taken where the column cannot tell.
    """
    shapes: dict[str, re.Match[str]] = {}
    odd: list[str] = []
    for text in texts:
        shape = _SHAPE.fullmatch(text) if len(text) <= _WIDEST else None
        if shape is None or _unbalanced(shape):
            odd.append(text)
        else:
            shapes[text] = shape
    if odd:
        return NotNumbers("not all are numbers", tuple(odd), len(shapes))
    return _read_shapes(shapes, hint)


def read_number(text: str) -> float | None:
    """Return one number as a person writes it, or None; `.` is the decimal mark in doubt."""
    read = read_numbers([text.strip()])
    return read.values[text.strip()] if isinstance(read, Numbers) else None


def _read_shapes(shapes: dict[str, re.Match[str]], hint: Mark | None) -> Numbers | NotNumbers:
    currencies = {_currency(shape) for shape in shapes.values()} - {""}
    if len(currencies) > 1:
        return NotNumbers(f"several currencies ({', '.join(sorted(currencies))})")
    percents = {shape["percent"] is not None for shape in shapes.values()}
    if len(percents) > 1:
        return NotNumbers("some are per cent and some are not")
    if any(_is_label(shape["digits"]) for shape in shapes.values()):
        return NotNumbers("leading zeros or over 15 digits: labels, not amounts")
    evidence = _gather(shapes)
    if len(evidence.marks) > 1:
        return NotNumbers("decimal points and decimal commas are mixed")
    mark: Mark = hint or "."
    if evidence.marks:
        mark = "," if "," in evidence.marks else "."
    values: dict[str, int | float] = {}
    for text, shape in shapes.items():
        value = _value(shape, mark)
        if value is None:
            return NotNumbers("not all are numbers", (text,), len(shapes) - 1)
        values[text] = value
    return Numbers(
        values=values,
        mark=mark,
        percent=True in percents,
        currency=next(iter(currencies), ""),
        ambiguous=evidence.ambiguous and not evidence.marks,
    )


def _unbalanced(shape: re.Match[str]) -> bool:
    signs = [name for name in ("open", "sign", "inner", "trailing") if shape[name]]
    brackets = (shape["open"] is None) != (shape["close"] is None)
    return brackets or len(signs) > 1 or bool(shape["before"] and shape["after"])


def _currency(shape: re.Match[str]) -> str:
    return (shape["before"] or shape["after"] or "").rstrip(".")


def _is_label(digits: str) -> bool:
    whole = re.sub(r"[^\d].*", "", digits)
    return (len(whole) > 1 and whole[0] == "0") or len(re.sub(r"\D", "", whole)) > _LONGEST


def _gather(shapes: dict[str, re.Match[str]]) -> _Evidence:
    evidence = _Evidence()
    for text, shape in shapes.items():
        if _PLAIN.fullmatch(text) and "." not in text:
            continue
        mark = _decimal_mark(shape["digits"])
        if mark == "?":
            evidence.ambiguous = True
        elif mark:
            evidence.marks.add(mark)
    return evidence


def _decimal_mark(digits: str) -> Literal[".", ",", "?", ""]:
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if points + commas != 1:
        # Twice or more: it parts thousands, so the other one is decimal.
        return "," if points > 1 else "." if commas > 1 else ""
    mark: Mark = "." if points else ","
    before, _, after = digits.partition(mark)
    spaced = not before.isdigit()
    if len(after) != 3 or len(before) > 3 or before in {"", "0"} or spaced:
        return mark
    return "?"


def _value(shape: re.Match[str], mark: Mark) -> int | float | None:
    other = "," if mark == "." else "."
    whole, _, part = shape["digits"].partition(mark)
    whole = re.sub(r"['\u2019\u00a0\u202f\u2009 ]", other, whole).replace(other, ",")
    if (part and not part.isdigit()) or not _GROUPS.fullmatch(whole or "0"):
        return None
    digits = (whole or "0").replace(",", "")
    negative = shape["open"] or any(shape[name] in {"-", "\u2212", "\u2013"} for name in _SIGNS)
    if not part and not shape["power"]:
        return -int(digits) if negative else int(digits)
    value = float(f"{digits}.{part or '0'}{shape['power'] or ''}")
    return -value if negative else value


_SIGNS = ("sign", "inner", "trailing")
