"""Jobs are found by parts of words: a task makes the terms of each job anew, a few jobs in a transaction.

Until then a search finds a job by its whole words, but not by words of more than 20 letters, nor by words and cities in
Thai, Hindi and other scripts whose vowels are marks: their terms have changed.

The release before does not know the task, so it leaves it to this release.  An hour later a second run finds the jobs
that the release before has posted or edited meanwhile.
"""

from __future__ import annotations

import time

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

HOUR = 3_600_000_000  # microseconds

INDEX = """
INSERT INTO outbox (id, task, args, queue, state, run_at, attempts, lease_token, correlation_id, unique_key, created_at)
SELECT 'tsk_0000000000000000000000{number}', 'jobs.index_anew', '{{"v":1,"after":0}}', 'maintenance', 'pending',
    {run_at}, 0, 0, 'migration-0027', NULL, (SELECT max(created_at) FROM job) WHERE EXISTS (SELECT 1 FROM job)
ON CONFLICT (id) DO UPDATE SET state = 'pending', run_at = {run_at}
"""


def upgrade() -> None:
    later = time.time_ns() // 1_000 + HOUR
    for number, run_at in (("27", 0), ("2a", later)):
        op.get_bind().exec_driver_sql(INDEX.format(number=number, run_at=run_at))


def downgrade() -> None:
    """The release before finds jobs by these terms, too."""
