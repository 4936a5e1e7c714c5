"""Jobs have a life: drafts, dates, coordinates, an end, and a place in the list of the newest."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("wanted_from", sa.Date(), nullable=True),
        sa.Column("wanted_until", sa.Date(), nullable=True),
        sa.Column("open_days", sa.Integer(), nullable=False, server_default="30"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("posted_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
    ]


# Behind the time of each of them, in the order of their ids; the scale is that of domain/jobs/place.py.
PLACES = """
UPDATE job SET posted_at = created_at, place = listed.place FROM (
    SELECT id, (SELECT max(created_at) FROM job) / 1000 * {scale} + row_number() OVER (ORDER BY id) AS place FROM job
) AS listed WHERE listed.id = job.id
"""


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for column in columns():
        op.add_column("job", column)
    if postgres:
        op.execute("CREATE SEQUENCE job_place")
    op.execute(PLACES.format(scale=1024 if postgres else 1))
    op.create_index("ix_job_listed", "job", ["status", "place"])
    op.create_index("ix_job_place", "job", ["place", "budget_minor", "latitude", "longitude", "posted_at"])
    op.create_index("ix_job_budget", "job", ["status", "currency", "budget_minor", "place"])
    op.drop_index("ix_job_status", "job")


def downgrade() -> None:
    op.create_index("ix_job_status", "job", ["status", "id"])
    for name in ("ix_job_budget", "ix_job_place", "ix_job_listed"):
        op.drop_index(name, "job")
    for column in reversed(columns()):
        op.drop_column("job", column.name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE job_place")
