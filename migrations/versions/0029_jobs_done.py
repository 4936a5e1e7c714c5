"""The number of bookings that a worker has finished, beside the worker's rating.

A trigger counts, so that the release before counts too.  A dispute takes an approval back, so it counts down, too.  The
bookings that are approved already are counted in one statement: it reads an index that has no others, and writes a row
a worker.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

COUNT = """
INSERT INTO rating (account_id, stars, reviews, jobs_done)
VALUES (NEW.worker_id, 0, 0, CASE NEW.status WHEN 'approved' THEN 1 ELSE -1 END)
ON CONFLICT (account_id) DO UPDATE SET jobs_done = rating.jobs_done + excluded.jobs_done"""
CHANGES = "WHEN ((NEW.status = 'approved') <> (OLD.status = 'approved'))"
BEGIN = {
    "sqlite": (f"CREATE TRIGGER booking_counted AFTER UPDATE OF status ON booking {CHANGES} BEGIN {COUNT}; END",),
    "postgresql": (
        f"CREATE FUNCTION count_booking() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {COUNT}; RETURN NULL; END $$",
        "CREATE TRIGGER booking_counted AFTER UPDATE OF status ON booking "
        f"FOR EACH ROW {CHANGES} EXECUTE FUNCTION count_booking()",
    ),
}
END = {
    "sqlite": ("DROP TRIGGER booking_counted",),
    "postgresql": ("DROP TRIGGER booking_counted ON booking", "DROP FUNCTION count_booking"),
}
SO_FAR = """
INSERT INTO rating (account_id, stars, reviews, jobs_done)
SELECT worker_id, 0, 0, count(*) FROM booking WHERE status = 'approved' GROUP BY worker_id
ON CONFLICT (account_id) DO UPDATE SET jobs_done = excluded.jobs_done
"""


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("rating", sa.Column("jobs_done", sa.Integer(), server_default="0", nullable=False))
    for statement in (*BEGIN[connection.dialect.name], SO_FAR):  # the trigger first: no approval falls in between
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    connection = op.get_bind()
    for statement in END[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    op.drop_column("rating", "jobs_done")
