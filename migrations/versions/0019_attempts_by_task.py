"""Attempts by task and time: those of money are kept longer, and what is pruned is found without looking at them."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_attempt_task_started_at", "attempt", ["task", "started_at"])
    op.drop_index("ix_attempt_started_at", "attempt")


def downgrade() -> None:
    op.create_index("ix_attempt_started_at", "attempt", ["started_at"])
    op.drop_index("ix_attempt_task_started_at", "attempt")
