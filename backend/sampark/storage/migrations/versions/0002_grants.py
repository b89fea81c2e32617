"""What is known of an account's grant: its scopes, its age, and until when Gmail pushes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIMES = ("connected_at", "read_at", "watch_expires_at")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("scopes", sa.String(), nullable=True))
    for name in _TIMES:
        op.add_column("accounts", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("scopes", *_TIMES):
        op.drop_column("accounts", name)
