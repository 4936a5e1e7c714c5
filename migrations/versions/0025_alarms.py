"""An index of the events that were about our money and were not applied."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_IS_ALARM = sa.text("outcome = 'alarm'")


def upgrade() -> None:
    op.create_index("ix_inbox_alarm", "inbox", ["received_at"], sqlite_where=_IS_ALARM, postgresql_where=_IS_ALARM)


def downgrade() -> None:
    op.drop_index("ix_inbox_alarm", "inbox")
