"""An occasion for notifications: what may happen to one subject again is told again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EVENT = "uq_notification_event"


def upgrade() -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.add_column(sa.Column("occasion", sa.String(length=40), nullable=False, server_default=""))
        batch_op.drop_constraint(EVENT, type_="unique")
        batch_op.create_unique_constraint(EVENT, ["account_id", "kind", "subject_id", "occasion"])


def downgrade() -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_constraint(EVENT, type_="unique")
        batch_op.create_unique_constraint(EVENT, ["account_id", "kind", "subject_id"])
        batch_op.drop_column("occasion")
