"""What loops are recognised by: tasks by requester, mails by thread, each Message-ID let in once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS = (("tasks", "requester_index", False), ("mails", "claim", True))


def upgrade() -> None:
    for table, name, unique in _COLUMNS:
        op.add_column(table, sa.Column(name, sa.String(), nullable=True))
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=unique)
    op.create_index(op.f("ix_mails_thread_id"), "mails", ["thread_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_mails_thread_id"), table_name="mails")
    for table, name, _ in _COLUMNS:
        op.drop_index(op.f(f"ix_{table}_{name}"), table_name=table)
        op.drop_column(table, name)
