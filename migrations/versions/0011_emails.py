"""E-mails, and the addresses that are not written to any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "email",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email")),
        sa.UniqueConstraint("account_id", "kind", "subject_id", "occasion", name="uq_email_event"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_email_created_at", "email", ["created_at"], unique=False)
    op.create_table(
        "email_suppression",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("email_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_email_suppression")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("email_suppression")
    op.drop_index("ix_email_created_at", table_name="email")
    op.drop_table("email")
