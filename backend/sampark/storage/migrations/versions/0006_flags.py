"""What is odd about a mail's sender, for the operator."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("flags", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("mails", "flags")
