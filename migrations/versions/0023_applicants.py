"""The number of workers who have applied for a job, and the bookings that a worker has finished.

A trigger counts, so that the release before counts too, and PostgreSQL needs no round trip for it.
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
UPDATE job SET applicants = (SELECT count(*) FROM application WHERE application.job_id = job.id)
WHERE id IN (SELECT job_id FROM application)
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
