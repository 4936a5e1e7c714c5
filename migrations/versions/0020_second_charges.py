"""Which of the provider's payments a refund goes back from, where one of ours was charged twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refund", sa.Column("charged_as", sa.String(120), nullable=True))


def downgrade() -> None:
    op.drop_column("refund", "charged_as")
