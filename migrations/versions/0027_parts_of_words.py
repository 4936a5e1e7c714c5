"""Jobs are found by parts of words: the terms of each job are made anew, a few jobs in a transaction.

Until a job's turn comes it is found by its whole words, as before.
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INDEX = """
INSERT INTO outbox (id, task, args, queue, state, run_at, attempts, lease_token, correlation_id, unique_key, created_at)
SELECT 'tsk_0000000000000000000000027', 'jobs.list_old', '{"v":1,"after":0}', 'maintenance', 'pending', 0, 0, 0,
    'migration-0027', NULL, (SELECT max(created_at) FROM job) WHERE EXISTS (SELECT 1 FROM job)
ON CONFLICT (id) DO UPDATE SET state = 'pending', run_at = 0
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(INDEX)


def downgrade() -> None:
    """The release before finds jobs by these terms, too."""
