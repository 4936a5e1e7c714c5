"""Payouts by the time when they ended: those paid lately are asked about once more."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_payout_settled_at", "payout", ["settled_at"])


def downgrade() -> None:
    op.drop_index("ix_payout_settled_at", "payout")
