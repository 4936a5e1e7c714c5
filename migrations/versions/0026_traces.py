"""What one request led to is found by rows: an attempt's calls, an event's subject, the cause of a notice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_HAS_SUBJECT = sa.text("subject_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("attempt", sa.Column("calls", sa.Text, nullable=True))
    op.add_column("inbox", sa.Column("subject_id", sa.String(40), nullable=True))
    op.create_index(
        "ix_inbox_subject_id", "inbox", ["subject_id"], sqlite_where=_HAS_SUBJECT, postgresql_where=_HAS_SUBJECT
    )
    for notice in ("notification", "email"):
        op.add_column(notice, sa.Column("correlation_id", sa.String(64), nullable=True))


def downgrade() -> None:
    for notice in ("email", "notification"):
        op.drop_column(notice, "correlation_id")
    op.drop_index("ix_inbox_subject_id", "inbox")
    op.drop_column("inbox", "subject_id")
    op.drop_column("attempt", "calls")
