"""E-mails become deliveries by a channel, and the addresses not written to are of a channel, too.

E-mails that still wait are sent again by their task, whose arguments named an ``email_id``.  Their ids stay, so that
news of them finds them.  Older releases know the old tables only, so none may start on this schema.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = "id, account_id, kind, subject_id, occasion, status, address, provider_id, detail, submitted_at, created_at"
COPIES = (
    f"INSERT INTO delivery (channel, {COLUMNS}, correlation_id) SELECT 'email', {COLUMNS}, correlation_id FROM email",  # noqa: S608 - our own columns
    "INSERT INTO suppression (channel, address, account_id, delivery_id, reason, created_at) "
    "SELECT 'email', address, account_id, email_id, reason, created_at FROM email_suppression",
    "UPDATE outbox SET args = replace(args, '\"email_id\":', '\"delivery_id\":') WHERE task = 'notifications.email'",
    "UPDATE schema_floor SET revision = '0002'",
)


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("account_id", "kind", "subject_id", "occasion", "channel", name="uq_delivery_event"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_created_at", "delivery", ["created_at"], unique=False)
    op.create_table(
        "suppression",
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_suppression")),
        sqlite_with_rowid=False,
    )
    for statement in COPIES:
        op.execute(statement)
    op.drop_table("email_suppression")
    op.drop_index("ix_email_created_at", table_name="email")
    op.drop_table("email")
