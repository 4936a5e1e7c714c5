"""What workers are found by: terms, and the average of their reviews as a column to sort by."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

HOUR = 3_600_000_000  # microseconds

# The database computes it: the release before changes the sums while both are at work.
SCORE = "CASE WHEN reviews > 0 THEN 100 * stars / reviews ELSE 0 END"
UNRATED = """
INSERT INTO rating (account_id, stars, reviews) SELECT account_id, 0, 0 FROM profile
WHERE account_id NOT IN (SELECT account_id FROM rating)
"""
# Profiles that are there already get their terms by a task, a few in a transaction; an hour later a second run finds
# those that the release before has made or changed meanwhile.
INDEX = """
INSERT INTO outbox (id, task, args, queue, state, run_at, attempts, lease_token, correlation_id, unique_key, created_at)
SELECT 'tsk_0000000000000000000000{number}', 'profiles.list_old', '{{"v":1,"after":""}}', 'maintenance', 'pending',
    {run_at}, 0, 0, 'migration-0028', NULL, (SELECT max(updated_at) FROM profile) WHERE EXISTS (SELECT 1 FROM profile)
ON CONFLICT (id) DO UPDATE SET state = 'pending', run_at = {run_at}
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
    # Each database allows only one of the two forms here.
    is_stored = op.get_bind().dialect.name == "postgresql"
    op.add_column("rating", sa.Column("score", sa.Integer(), sa.Computed(SCORE, persisted=is_stored)))
    op.create_index("ix_rating_score", "rating", ["score", "account_id"])
    op.create_index("ix_profile_rate", "profile", ["currency", "rate_minor", "account_id"])
    later = time.time_ns() // 1_000 + HOUR
    for statement in (UNRATED, INDEX.format(number="28", run_at=0), INDEX.format(number="2b", run_at=later)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_index("ix_profile_rate", "profile")
    op.drop_index("ix_rating_score", "rating")
    op.drop_column("rating", "score")
    op.drop_table("worker_term")
