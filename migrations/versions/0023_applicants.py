"""The number of workers who have applied for a job, and the bookings that a worker has finished.

A trigger counts, so that the release before counts too, and PostgreSQL needs no round trip for it.  A task counts the
applications that are there already, a few jobs in a transaction: one statement for all jobs would hold up every request
to a big table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COUNT = "UPDATE job SET applicants = applicants + 1 WHERE id = NEW.job_id"
BEGIN = {
    "sqlite": (f"CREATE TRIGGER application_counted AFTER INSERT ON application BEGIN {COUNT}; END",),
    "postgresql": (
        f"CREATE FUNCTION count_applicant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {COUNT}; RETURN NULL; END $$",
        "CREATE TRIGGER application_counted AFTER INSERT ON application "
        "FOR EACH ROW EXECUTE FUNCTION count_applicant()",
    ),
}
END = {
    "sqlite": ("DROP TRIGGER application_counted",),
    "postgresql": ("DROP TRIGGER application_counted ON application", "DROP FUNCTION count_applicant"),
}
SO_FAR = """
INSERT INTO outbox (id, task, args, queue, state, run_at, attempts, lease_token, correlation_id, unique_key, created_at)
SELECT 'tsk_0000000000000000000000023', 'jobs.count_applicants', '{"v":1,"after":""}', 'maintenance', 'pending', 0,
    0, 0, 'migration-0023', NULL, (SELECT max(created_at) FROM job) WHERE EXISTS (SELECT 1 FROM application)
ON CONFLICT (id) DO UPDATE SET state = 'pending', run_at = 0
"""
IS_APPROVED = sa.text("status = 'approved'")


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("job", sa.Column("applicants", sa.Integer(), server_default="0", nullable=False))
    for statement in (*BEGIN[connection.dialect.name], SO_FAR):
        connection.exec_driver_sql(statement)
    op.create_index(
        "ix_booking_approved", "booking", ["worker_id"], sqlite_where=IS_APPROVED, postgresql_where=IS_APPROVED
    )


def downgrade() -> None:
    connection = op.get_bind()
    op.drop_index("ix_booking_approved", "booking")
    for statement in END[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    op.drop_column("job", "applicants")
