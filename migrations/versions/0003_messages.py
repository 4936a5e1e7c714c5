"""Messages between the two parties of an application, and how far each has read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNREAD = sa.text("unread > 0")


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_message_application_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_message_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_application_id", "message", ["application_id", "id"])
    op.create_table(
        "message_side",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.Column("last_message_id", sa.String(length=40), nullable=False),
        sa.Column("read_up_to", sa.String(length=40), nullable=True),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_message_side_application_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_side_account_id")),
        sa.ForeignKeyConstraint(["other_id"], ["account.id"], name=op.f("fk_message_side_other_id")),
        sa.PrimaryKeyConstraint("application_id", "account_id", name=op.f("pk_message_side")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_side_account_id", "message_side", ["account_id", "last_message_id"])
    op.create_index(
        "ix_message_side_unread",
        "message_side",
        ["account_id", "unread"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )


def downgrade() -> None:
    op.drop_table("message_side")
    op.drop_table("message")
