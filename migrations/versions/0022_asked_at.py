"""When a provider was last asked about an open payment, refund or payout."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INDEXES = {
    "payment": ("ix_payment_unsettled", "settled_at IS NULL"),
    "refund": ("ix_refund_open", "settled_at IS NULL"),
    "payout": ("ix_payout_open", "status IN ('scheduled', 'submitting', 'in_transit')"),
}


def upgrade() -> None:
    for table in INDEXES:
        # The release before inserts without it: such a row was never asked about.
        op.add_column(table, sa.Column("asked_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    _index_by("asked_at")


def downgrade() -> None:
    _index_by("created_at")
    for table in INDEXES:
        op.drop_column(table, "asked_at")


def _index_by(column: str) -> None:
    for table, (name, condition) in INDEXES.items():
        op.drop_index(name, table)
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
