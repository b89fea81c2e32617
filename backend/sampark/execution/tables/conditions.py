"""Conditions as SQL with parameters, by the kind of their column; words never become SQL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from duckdb import DuckDBPyConnection

from sampark.domain.value import Column, Table
from sampark.errors import StepFailed
from sampark.execution.tables.dates import read_dates
from sampark.execution.tables.figures import figures
from sampark.execution.tables.kinds import spoken
from sampark.execution.tables.numbers import read_number
from sampark.execution.tables.store import fetch, quoted
from sampark.execution.tables.where import Comparison, Parts, take_apart
from sampark.execution.tables.words import called, escaped, listing, number

Parameter = str | float | date | bool

_SYMBOLS: dict[Comparison, str] = {
    "is": "=",
    "is not": "<>",
    "is over": ">",
    "is under": "<",
    "is at least": ">=",
    "is at most": "<=",
}
_TRUTH = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
_KNOWN = 2000  # distinct cells among which a near spelling is sought


@dataclass(frozen=True)
class Condition:
    """SQL over `data` with its parameters, the Markdown words that tell it, and a hint.

    The hint is empty, or says that no cell holds the value and which come near.
    """

    sql: str
    parameters: tuple[Parameter, ...]
    told: str
    hint: str = ""


def read_condition(engine: DuckDBPyConnection, table: Table, phrase: str) -> Condition:
    """Read one condition in words; raises StepFailed if its column or value does not fit."""
    parts = take_apart(table, phrase, lambda value: _holder(engine, table, value))
    name = quoted(parts.column.name)
    if parts.comparison == "is empty":
        return Condition(f"{name} is null", (), _told(parts))
    if parts.comparison == "is filled":
        return Condition(f"{name} is not null", (), _told(parts))
    match parts.column.kind:
        case "number":
            return _number(name, parts)
        case "date":
            return _date(name, parts)
        case "boolean":
            return _boolean(name, parts)
        case _:
            return _text(engine, name, parts)


def join_conditions(conditions: Sequence[Condition]) -> tuple[str, list[Parameter]]:
    """Return conditions as one SQL `where` and its parameters; an empty text for none."""
    if not conditions:
        return "", []
    sql = " and ".join(f"({condition.sql})" for condition in conditions)
    return f"where {sql}", [each for condition in conditions for each in condition.parameters]


def _told(parts: Parts, value: str = "") -> str:
    words = f"{called(parts.column.name)} {parts.comparison}"
    return f"{words} {value or escaped(parts.value)}".strip()


def _holder(engine: DuckDBPyConnection, table: Table, value: str) -> Column | None:
    """Return the column a bare value belongs to: a period to the dates, a text to its cells."""
    dates = [column for column in table.columns if column.kind == "date"]
    if dates and _period(value) is not None:
        return dates[0]
    texts = [column for column in table.columns if column.kind == "text"]
    holding = [column for column in texts if _is_cell(engine, column, value)]
    if len(holding) == 1:
        return holding[0]
    return dates[0] if dates and _month(value) is not None else None


def _number(name: str, parts: Parts) -> Condition:
    if parts.comparison == "is between":
        low, high = (_figure(parts, end) for end in _ends(parts))
        told = _told(parts, f"{number(low)} and {number(high)}")
        return Condition(f"{name} between ? and ?", (min(low, high), max(low, high)), told)
    if parts.comparison == "is one of":
        figures_ = [_figure(parts, choice) for choice in _choices(parts.value)]
        told = _told(parts, listing([number(figure) for figure in figures_]))
        return Condition(_is_among(name, len(figures_)), tuple(figures_), told)
    symbol = _SYMBOLS.get(parts.comparison)
    if symbol is None:
        raise StepFailed(
            f"“{parts.column.name}” holds numbers.", fix="Ask for over or under a number."
        )
    figure = _figure(parts, parts.value)
    return Condition(f"{name} {symbol} ?", (figure,), _told(parts, number(figure)))


def _figure(parts: Parts, text: str) -> float:
    shortened = re.fullmatch(r"(.*\d)\s*(k|m)", text.strip(), re.IGNORECASE)
    times = 1.0 if shortened is None else 1e3 if shortened[2] in "kK" else 1e6
    figure = read_number(shortened[1] if shortened else text)
    if figure is None:
        raise StepFailed(f"“{parts.column.name}” holds numbers, and “{text}” is none.")
    return figure * times


_ON_DATES = {*_SYMBOLS, "is between"}


def _date(name: str, parts: Parts) -> Condition:
    month = _month(parts.value)
    if month is not None and parts.comparison in {"is", "is not"}:
        told = f"{called(parts.column.name)} {parts.comparison} in {escaped(parts.value)}"
        return Condition(f"month({name}) {_SYMBOLS[parts.comparison]} ?", (month,), told)
    if parts.comparison not in _ON_DATES:
        raise StepFailed(
            f"“{parts.column.name}” holds dates.", fix="Ask for after or before a date."
        )
    if parts.comparison == "is between":
        (first, _), (_, last) = (_needed_period(parts, end) for end in _ends(parts))
    else:
        first, last = _needed_period(parts, parts.value)
    day = timedelta(days=1)
    told = {
        "is": f"is in {escaped(parts.value)}" if last - first > day else f"is {spoken(first)}",
        "is not": f"is not in {escaped(parts.value)}",
        "is between": f"is between {spoken(first)} and {spoken(last - day)}",
        "is at least": f"is {spoken(first)} or later",
        "is at most": f"is {spoken(last - day)} or earlier",
        "is over": f"is after {spoken(last - day)}",
        "is under": f"is before {spoken(first)}",
    }[parts.comparison]
    sql, parameters = _date_sql(name, parts.comparison, first, last)
    return Condition(sql, parameters, f"{called(parts.column.name)} {told}")


def _date_sql(
    name: str, comparison: Comparison, first: date, last: date
) -> tuple[str, tuple[Parameter, ...]]:
    match comparison:
        case "is at least":
            return f"{name} >= ?", (first,)
        case "is under":
            return f"{name} < ?", (first,)
        case "is over":
            return f"{name} >= ?", (last,)
        case "is at most":
            return f"{name} < ?", (last,)
        case "is not":
            return f"not ({name} >= ? and {name} < ?)", (first, last)
        case _:
            return f"{name} >= ? and {name} < ?", (first, last)


def _needed_period(parts: Parts, text: str) -> tuple[date, date]:
    period = _period(text)
    if period is None:
        raise StepFailed(
            f"“{parts.column.name}” holds dates, and “{text}” is none.",
            fix="Write it as 2024-01-31.",
        )
    return period


def _month(text: str) -> int | None:
    """Return the month that a bare name means, in whatever year."""
    named = re.fullmatch(r"[^\W\d_]{3,12}", text.strip())
    read = read_dates([f"{named[0]} 2000"]) if named is not None else None
    return next(iter(read.values.values())).month if read is not None and read.months else None


def _period(text: str) -> tuple[date, date] | None:
    """Return the first day of a year, month or day, and the first day after it."""
    text = text.strip()
    if re.fullmatch(r"(?:19|20)\d{2}", text):
        return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
    read = read_dates([text]) if text else None
    if read is None:
        return None
    moment = read.values[text]
    day = moment.date() if isinstance(moment, datetime) else moment
    if read.months:
        return day, (day + timedelta(days=31)).replace(day=1)
    return day, day + timedelta(days=1)


def _boolean(name: str, parts: Parts) -> Condition:
    truth = _TRUTH.get(parts.value.casefold())
    if truth is None or parts.comparison not in {"is", "is not"}:
        raise StepFailed(f"“{parts.column.name}” holds yes or no.", fix="Ask for yes or no.")
    wanted = truth == (parts.comparison == "is")
    return Condition(f"{name} = ?", (wanted,), f"{called(parts.column.name)} is {spoken(wanted)}")


def _text(engine: DuckDBPyConnection, name: str, parts: Parts) -> Condition:
    cell, value = f"lower(trim({name}))", parts.value.casefold()
    simple: dict[Comparison, str] = {
        "contains": f"contains({cell}, ?)",
        "starts with": f"starts_with({cell}, ?)",
        "ends with": f"ends_with({cell}, ?)",
        "is not": f"{cell} is distinct from ?",
        "is": f"{cell} = ?",
    }
    if parts.comparison == "is one of" or (parts.comparison == "is" and _lists(engine, parts)):
        choices = _choices(value)
        told = _told(parts, listing([escaped(choice) for choice in _choices(parts.value)]))
        return Condition(
            _is_among(cell, len(choices)), tuple(choices), told.replace(" and ", " or ")
        )
    if parts.comparison in simple:
        missed = parts.comparison == "is" and not _is_cell(engine, parts.column, value)
        hint = _near(engine, parts) if missed else ""
        return Condition(simple[parts.comparison], (value,), _told(parts), hint)
    measured = figures(engine, parts.column, share=0.5)
    if measured is None:
        raise StepFailed(f"“{parts.column.name}” holds text, which is not over or under anything.")
    return _number(measured.sql, parts)


def _lists(engine: DuckDBPyConnection, parts: Parts) -> bool:
    choices = _choices(parts.value)
    whole = _is_cell(engine, parts.column, parts.value)
    return len(choices) > 1 and not whole and _is_cell(engine, parts.column, choices[0])


def _is_among(name: str, count: int) -> str:
    return f"{name} in ({', '.join('?' for _ in range(count))})"


def _choices(value: str) -> list[str]:
    parts = (part.strip(" '\"“”") for part in re.split(r",|\bor\b|\band\b", value))
    return [part for part in parts if part]


def _ends(parts: Parts) -> tuple[str, str]:
    found = re.fullmatch(r"(.+?)\s+(?:and|to|-|\u2013)\s+(.+)", parts.value)
    if found is None:
        raise StepFailed(
            f"“between {parts.value}” has one end only.", fix="Write: between 5 and 10."
        )
    return found[1], found[2]


def _is_cell(engine: DuckDBPyConnection, column: Column, value: str) -> bool:
    name = quoted(column.name)
    cell = value.strip().casefold()
    cells = f"lower(trim({name}))"
    return bool(fetch(engine, "select 1 from data where", cells, "= ? limit 1", values=[cell]))


def _near(engine: DuckDBPyConnection, parts: Parts) -> str:
    name = quoted(parts.column.name)
    found = fetch(
        engine,
        f"select distinct {name}",
        f"from data where {name} is not null order by 1 limit {_KNOWN}",
    )
    cells = {str(row[0]).strip().casefold(): str(row[0]).strip() for row in found}
    near = get_close_matches(parts.value.casefold(), cells, n=3, cutoff=0.5) or list(cells)[:3]
    if not near:
        return ""
    others = ["others"] if len(cells) > len(near) else []
    names = listing([*(called(cells[key]) for key in near), *others])
    return f"No cell of {called(parts.column.name)} is {called(parts.value)}; there is {names}."
