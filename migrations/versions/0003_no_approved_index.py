"""Without an index of approved bookings: since a trigger counts them beside the rating, nobody reads it."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_booking_approved", "booking")
