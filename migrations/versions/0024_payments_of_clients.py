"""The payments of a client, newest first, by an index."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_payment_client_id", "payment", ["client_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_payment_client_id", "payment")
