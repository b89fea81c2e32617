"""Bringing a database to the schema of this release, in one transaction, once among all openers."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from sampark.errors import StoreError
from sampark.storage.tables.schema import METADATA

VERSION_TABLE = "sampark_schema"
"""Where the schema's version stands; not Alembic's usual name, which a neighbour may use."""


def is_store(connection: Connection) -> bool:
    """Return whether a store was made in that database before."""
    return inspect(connection).has_table(VERSION_TABLE)


def upgrade(connection: Connection, where: str) -> None:
    """Bring the database to this release's schema, inside the connection's transaction.

    Raises:
        StoreError: A newer release has been here.
    """
    config = _config(connection)
    scripts = ScriptDirectory.from_config(config)
    current = _context(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {step.revision for step in scripts.walk_revisions()}:
        raise StoreError(
            f"The database {where} was made by a newer release (schema {current}).",
            fix="Upgrade Sampark, or restore the backup that fits this release.",
        )
    command.upgrade(config, "head")


def differences(connection: Connection) -> list[object]:
    """Return where the database differs from the tables of this release: none after `upgrade`."""
    return list(compare_metadata(_context(connection), METADATA))


def _context(connection: Connection) -> MigrationContext:
    options = {
        "version_table": VERSION_TABLE,
        "compare_type": True,
        "compare_server_default": True,
        "include_object": _ours,
    }
    return MigrationContext.configure(connection, opts=options)


def _ours(_thing: object, name: str | None, kind: str, *_compared: object) -> bool:
    return kind != "table" or name in METADATA.tables


def _config(connection: Connection) -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.attributes["connection"] = connection
    return config
