"""Why an operator closed a refund."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refund", sa.Column("closed_why", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("refund", "closed_why")
