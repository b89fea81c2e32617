"""How mailboxes stand: what they use of their quota, and what is wrong at the moment."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNITS = ("units_minute", "units_limit", "units_peak", "units_today")


def upgrade() -> None:
    for name in _UNITS:
        op.add_column("accounts", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("accounts", sa.Column("units_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "troubles",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "account", name=op.f("pk_troubles")),
    )


def downgrade() -> None:
    op.drop_table("troubles")
    for name in ("units_at", *_UNITS):
        op.drop_column("accounts", name)
