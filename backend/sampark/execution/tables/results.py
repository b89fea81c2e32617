"""The rows that answer a question: which columns they have, and the one query that gives them."""

from collections.abc import Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from sampark.domain.value import Table
from sampark.execution.tables.kinds import Scalar
from sampark.execution.tables.measures import Group, Question
from sampark.execution.tables.store import fetch, quoted

_GROUPS = 10_000  # groups that a result keeps

Rows = list[tuple[Scalar, ...]]


@dataclass(frozen=True)
class Query:
    """SQL in parts, with its parameters, and the names of the columns that it gives."""

    parts: tuple[str, ...]
    values: tuple[object, ...]
    names: tuple[str, ...]

    def rows(self, engine: DuckDBPyConnection) -> Rows:
        """Return the rows that answer."""
        return fetch(engine, *self.parts, values=self.values)


def result_query(table: Table, question: Question) -> Query:
    """Return the query of a question: groups, single figure, ranked rows, or a list."""
    if question.measure == "list":
        return _list_query(table, question)
    if question.group is not None:
        return _group_query(question, question.group)
    if question.measure in {"top", "bottom"}:
        return _rank_query(table, question)
    where, values = question.where
    named = f"{question.value} as {quoted(question.value_name)}"
    return Query(("select", named, "from data", where), tuple(values), (question.value_name,))


def _group_query(question: Question, group: Group) -> Query:
    where, values = question.where
    label = f"{group.label} as {quoted(group.name)}"
    value = f"{question.value} as {quoted(question.value_name)}"
    most = question.n if question.measure in {"top", "bottom"} else _GROUPS
    grouping = f"group by {group.key} having {question.value} is not null"
    order = f"order by {_order(question, group)} limit {most}"
    parts = ("select", label, ",", value, "from data", where, grouping, order)
    return Query(parts, tuple(values), (group.name, question.value_name))


def _order(question: Question, group: Group) -> str:
    if question.measure == "bottom":
        return "2 asc, 1"
    chronological = group.column.kind == "date" and question.measure != "top"
    return "1 nulls last" if chronological else "2 desc, 1 nulls last"


def _list_query(table: Table, question: Question) -> Query:
    where, values = question.where
    limit = f"limit {question.n}"
    if question.column is None:
        names = _filled_columns(table)
        parts = ("select", _listing(names), "from data", where, limit)
        return Query(parts, tuple(values), tuple(names))
    name = quoted(question.column.name)
    filled = f"{'and' if where else 'where'} {name} is not null"
    parts = ("select distinct", name, "from data", where, filled, "order by 1", limit)
    return Query(parts, tuple(values), (question.column.name,))


def _rank_query(table: Table, question: Question) -> Query:
    where, values = question.where
    names = _ranked_columns(table, question)
    value = question.cell
    shown = [
        f"{value} as {quoted(name)}" if place == question.place else quoted(name)
        for place, name in enumerate(names)
    ]
    filled = f"{'and' if where else 'where'} {value} is not null"
    way = "desc" if question.measure == "top" else "asc"
    order = f"order by {value} {way}, rowid limit {question.n}"
    parts = ("select", ", ".join(shown), "from data", where, filled, order)
    return Query(parts, tuple(values), tuple(names))


def _ranked_columns(table: Table, question: Question) -> list[str]:
    """Return what names a row first, then what is ranked, then the rest."""
    assert question.column is not None
    measured = question.column.name
    first = [question.label.name] if question.label else []
    rest = [name for name in _filled_columns(table) if name not in {measured, *first}]
    return [*first, measured, *rest]


def _filled_columns(table: Table) -> list[str]:
    filled = [column.name for column in table.columns if column.kind != "empty"]
    return filled or [column.name for column in table.columns]


def _listing(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def count_used(engine: DuckDBPyConnection, question: Question) -> tuple[int, int]:
    """Return how many rows fit the conditions, and how many of these have a value."""
    where, values = question.where
    filled = f"count({question.cell})" if question.column else "count(*)"
    row = fetch(engine, "select count(*),", filled, "from data", where, values=values)[0]
    return int(str(row[0])), int(str(row[1]))


def count_distinct(engine: DuckDBPyConnection, question: Question) -> int:
    """Return how many different values the question's column has among fitting rows."""
    where, values = question.where
    counted = f"count(distinct {question.cell})"
    return int(str(fetch(engine, "select", counted, "from data", where, values=values)[0][0]))


def count_ties(engine: DuckDBPyConnection, question: Question, rows: Rows) -> int:
    """Return how many beyond the given rows share the last one's figure."""
    if len(rows) < question.n:
        return 0
    where, values = question.where
    if question.group is not None:
        inner = f"{question.value} as v", "from data", where, f"group by {question.group.key}"
    else:
        inner = f"{question.cell} as v", "from data", where
    last = rows[-1][question.place]
    counting = ("select count(*) from ( select", *inner, ") where v = ?")
    found = fetch(engine, *counting, values=[*values, last])
    return int(str(found[0][0])) - sum(row[question.place] == last for row in rows)
