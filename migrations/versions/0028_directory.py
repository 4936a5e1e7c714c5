"""What workers are found by: terms, and the average of their reviews as a column to sort by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

RATED = "UPDATE rating SET score = 100 * stars / reviews WHERE reviews > 0"
UNRATED = """
INSERT INTO rating (account_id, stars, reviews) SELECT account_id, 0, 0 FROM profile
WHERE account_id NOT IN (SELECT account_id FROM rating)
"""
# Profiles that are there already get their terms by a task, a few in a transaction.
INDEX = """
INSERT INTO outbox (id, task, args, queue, state, run_at, attempts, lease_token, correlation_id, unique_key, created_at)
SELECT 'tsk_0000000000000000000000028', 'profiles.list_old', '{"v":1,"after":""}', 'maintenance', 'pending', 0, 0, 0,
    'migration-0028', NULL, (SELECT max(updated_at) FROM profile) WHERE EXISTS (SELECT 1 FROM profile)
"""


def upgrade() -> None:
    op.create_table(
        "worker_term",
        sa.Column("term", sa.String(110), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_worker_term_account_id_account")),
        sa.PrimaryKeyConstraint("term", "account_id", name=op.f("pk_worker_term")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_worker_term_account_id", "worker_term", ["account_id"])
    op.add_column("rating", sa.Column("score", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_rating_score", "rating", ["score", "account_id"])
    op.create_index("ix_profile_rate", "profile", ["currency", "rate_minor", "account_id"])
    for statement in (RATED, UNRATED, INDEX):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_index("ix_profile_rate", "profile")
    op.drop_index("ix_rating_score", "rating")
    op.drop_column("rating", "score")
    op.drop_table("worker_term")
