"""A question about a table, found in its columns and answered by one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from duckdb import DuckDBPyConnection

from sampark.domain.value import Column, Table
from sampark.errors import StepFailed
from sampark.execution.tables.conditions import Condition, join_conditions, read_condition
from sampark.execution.tables.figures import Figures, figures
from sampark.execution.tables.match import find_column, fitting_columns, same_columns
from sampark.execution.tables.statistics import is_key
from sampark.execution.tables.store import quoted
from sampark.execution.tables.words import listing

Measure = Literal["sum", "average", "median", "min", "max", "count", "top", "bottom", "list"]
Unit = Literal["day", "week", "month", "quarter", "year"]

UNITS: dict[str, Unit] = {
    "day": "day", "daily": "day", "date": "day", "week": "week", "weekly": "week", "month": "month",
    "monthly": "month", "quarter": "quarter", "quarterly": "quarter", "year": "year",
    "yearly": "year", "annual": "year",
}  # fmt: skip
FUNCTIONS: dict[Measure, str] = {
    "sum": "sum",
    "average": "avg",
    "median": "median",
    "min": "min",
    "max": "max",
    "count": "count",
    "list": "count",
    "top": "sum",
    "bottom": "sum",
}
_CALLED_LIKE: dict[Measure, tuple[str, ...]] = {
    "sum": ("total", "sum", "total amount", "amount"),
    "average": ("average", "mean"),
    "top": ("total", "total amount", "amount"),
    "bottom": ("total", "total amount", "amount"),
}


@dataclass(frozen=True)
class Group:
    """What rows are gathered by: a column, or a unit of time of a date column.

    Weeks begin on Monday and are told by it, as ISO 8601 has them.
    """

    column: Column
    unit: Unit | None = None

    @property
    def name(self) -> str:
        """The group's name, as the result's column is called."""
        return self.unit or self.column.name

    @property
    def key(self) -> str:
        """The SQL expression by which rows are gathered: text in any case and spacing is one."""
        name = quoted(self.column.name)
        if self.unit is None:
            return f"lower(trim({name}))" if self.column.kind == "text" else name
        return _PERIODS[self.unit].format(name=name)

    @property
    def label(self) -> str:
        """The SQL aggregate that names a group: the most frequent spelling of its text."""
        if self.unit is None and self.column.kind == "text":
            return f"mode(trim({quoted(self.column.name)}))"
        return f"any_value({self.key})"


_PERIODS: dict[Unit, str] = {
    "day": "{name}::date",
    "week": "date_trunc('week', {name})::date",
    "month": "strftime({name}, '%Y-%m')",
    "quarter": "strftime({name}, '%Y') || '-Q' || quarter({name})",
    "year": "strftime({name}, '%Y')",
}


@dataclass(frozen=True)
class Question:
    """A question whose words were found in the table.

    `figures` is None where rows or dates are measured. `label` is the column that names a row.
    """

    measure: Measure
    column: Column | None
    figures: Figures | None
    group: Group | None
    label: Column | None
    conditions: tuple[Condition, ...]
    n: int

    @property
    def where(self) -> tuple[str, list[object]]:
        """The SQL condition and its parameters."""
        sql, parameters = join_conditions(self.conditions)
        return sql, list(parameters)

    @property
    def cell(self) -> str:
        """The SQL of one row's measured cell."""
        assert self.column is not None
        return self.figures.sql if self.figures else quoted(self.column.name)

    @property
    def value(self) -> str:
        """The SQL expression that the measure takes of rows: an aggregate."""
        if self.column is None:
            return "count(*)"
        cell = f"{self.cell}::double" if self.figures else self.cell
        return f"{FUNCTIONS[self.measure]}({cell})"

    @property
    def value_name(self) -> str:
        """What the measured figure is called in the result's header."""
        if self.column is None:
            taken = self.group is not None and self.group.name.casefold() == "rows"
            return "count" if taken else "rows"
        words = {"top": "sum", "bottom": "sum"}.get(self.measure, self.measure)
        return f"{words} of {self.column.name}"

    @property
    def place(self) -> int:
        """At which place of a ranked row its figure stands: after what names the row."""
        return 1 if self.group is not None or self.label is not None else 0


def find_question(  # noqa: PLR0913 - the words of one question
    engine: DuckDBPyConnection,
    table: Table,
    measure: Measure,
    *,
    column: str,
    by: str,
    where: Sequence[str],
    n: int,
) -> Question:
    """Find a question's words in the table.

    Raises:
        StepFailed: A column is not there, may mean several, or does not hold what is measured.
    """
    group = find_group(table, by) if by.strip() else None
    found = find_column(table, column) if column.strip() else None
    if found is None and measure not in {"count", "list"}:
        ranked = measure in {"top", "bottom"} and group is not None
        called = _called_like(table.columns, measure)
        found = called if ranked else _only_numbers(table, measure, without=group)
    measured = _measured(engine, table, found, measure)
    conditions = tuple(read_condition(engine, table, phrase) for phrase in where if phrase.strip())
    label = find_label(table, found)
    return Question(measure, found, measured, group, label, conditions, n)


def find_label(table: Table, measured: Column | None) -> Column | None:
    """Return the column that names a row best: the first text, else the first date."""
    for kind in ("text", "date"):
        for column in table.columns:
            if column.kind == kind and column != measured:
                return column
    return None


def find_group(table: Table, phrase: str) -> Group:
    """Return what `by region` or `by month` means; raises StepFailed as `find_column`."""
    fitting = fitting_columns(table.columns, phrase)
    if len(fitting) == 1:
        return Group(fitting[0])
    unit = UNITS.get(phrase.strip().casefold())
    dates = [column for column in table.columns if column.kind == "date"]
    if not fitting and unit and dates:
        return Group(dates[0], unit)
    return Group(find_column(table, phrase))


def _only_numbers(table: Table, measure: Measure, *, without: Group | None) -> Column:
    numeric = [
        column
        for column in table.columns
        if column.kind == "number"
        and not is_key(column.name)
        and (without is None or column.name != without.column.name)
    ]
    called = _called_like(numeric, measure)
    if called is not None or len(numeric) == 1:
        return called or numeric[0]
    raise StepFailed(f"The {measure} needs a column to measure.", fix=_numeric_words(numeric))


def _called_like(columns: Sequence[Column], measure: Measure) -> Column | None:
    """Return the column of numbers that the measure's own word means: 'total by customer' has Total."""
    named = [each for name in _CALLED_LIKE.get(measure, ()) for each in same_columns(columns, name)]
    return next((each for each in named if each.kind == "number"), None)


def _measured(
    engine: DuckDBPyConnection, table: Table, column: Column | None, measure: Measure
) -> Figures | None:
    if column is None or measure in {"count", "list"}:
        return None
    if column.kind == "date" and measure in {"min", "max", "top", "bottom"}:
        return None
    found = figures(engine, column, share=0.5)
    if found is None:
        holds = {"text": "text", "date": "dates", "boolean": "yes or no", "empty": "nothing"}
        numeric = [each for each in table.columns if each.kind == "number"]
        raise StepFailed(
            f"“{column.name}” holds {holds.get(column.kind, 'text')}, not numbers.",
            fix=_FORMULAS if column.kind == "empty" else _numeric_words(numeric),
        )
    return found


_FORMULAS = (
    "If they are formulas, open the file in a spreadsheet program and save it, so that it holds "
    "their results."
)


def _numeric_words(columns: Sequence[Column]) -> str:
    if not columns:
        return "The table has no column of numbers."
    return f"Columns with numbers are {listing([f'“{column.name}”' for column in columns[:8]])}."
