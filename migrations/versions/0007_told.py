"""What a notification says and where it leads; a quick count of the unread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification", sa.Column("title", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("notification", sa.Column("body", sa.Text(), nullable=False, server_default=""))
    op.add_column("notification", sa.Column("path", sa.String(length=200), nullable=False, server_default=""))
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["account_id", "id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_notification_unread", table_name="notification")
    op.drop_column("notification", "path")
    op.drop_column("notification", "body")
    op.drop_column("notification", "title")
