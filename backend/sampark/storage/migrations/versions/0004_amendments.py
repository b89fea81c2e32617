"""What a requester wrote while his task was under way, and how much of it the task has taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("heard", sa.String(), nullable=True))
    op.add_column("tasks", sa.Column("taken", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("tasks", "taken")
    op.drop_column("tasks", "heard")
