"""Insert statements that mind a row already there, built once per table: building costs more."""

from functools import cache
from typing import Literal

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert
Backend = Literal["postgresql", "sqlite"]


@cache
def unless_there(table: Table, backend: Backend) -> Insert:
    """Return an insert that leaves a row of the same identity as it is, and counts what it did."""
    insert = _insert(table, backend).on_conflict_do_nothing()
    return insert.execution_options(preserve_rowcount=True)


@cache
def over(table: Table, backend: Backend) -> Insert:
    """Return an insert that writes over the row with the same primary key."""
    insert = _insert(table, backend)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if not column.primary_key]
    given = {name: insert.excluded[name] for name in others}
    return insert.on_conflict_do_update(index_elements=keys, set_=given)


def _insert(table: Table, backend: Backend) -> Insert:
    return postgresql.insert(table) if backend == "postgresql" else sqlite.insert(table)
