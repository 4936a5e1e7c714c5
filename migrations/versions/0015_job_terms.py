"""Words by which jobs are found."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# No positions and no text are kept: a row says which terms a job has, and the job is beside it.
TERMS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE job_terms USING fts5("
        "terms, content='', contentless_delete=1, detail=none, tokenize=\"ascii tokenchars ':_'\")",
    ),
    "postgresql": (
        "CREATE TABLE job_terms (rowid BIGINT PRIMARY KEY, terms tsvector NOT NULL)",
        "CREATE INDEX ix_job_terms ON job_terms USING gin (terms)",
    ),
}
# What is there already gets its terms by a task, a few jobs in a transaction.
INDEX = """
INSERT INTO outbox (id, task, args, queue, state, run_at, attempts, lease_token, correlation_id, unique_key, created_at)
SELECT 'tsk_0000000000000000000000015', 'jobs.list_old', '{"v":1,"after":0}', 'maintenance', 'pending', 0, 0, 0,
    'migration-0015', NULL, (SELECT max(created_at) FROM job) WHERE EXISTS (SELECT 1 FROM job)
"""


def upgrade() -> None:
    connection = op.get_bind()
    for statement in (*TERMS[connection.dialect.name], INDEX):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("DROP TABLE job_terms")
