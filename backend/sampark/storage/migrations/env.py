"""What Alembic runs: the steps on the connection that the store hands over, in its transaction."""

from alembic import context

from sampark.storage.migrate import VERSION_TABLE
from sampark.storage.tables.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
