"""One-time links that go out by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_one_time_link_account_id", "one_time_link", ["account_id", "purpose"])
    op.create_index("ix_one_time_link_expires_at", "one_time_link", ["expires_at"])


def downgrade() -> None:
    op.drop_table("one_time_link")
