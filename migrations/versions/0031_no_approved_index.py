"""Without an index of approved bookings: since a trigger counts them beside the rating, nobody reads it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

IS_APPROVED = sa.text("status = 'approved'")


def upgrade() -> None:
    op.drop_index("ix_booking_approved", "booking")


def downgrade() -> None:
    op.create_index(
        "ix_booking_approved", "booking", ["worker_id"], sqlite_where=IS_APPROVED, postgresql_where=IS_APPROVED
    )
