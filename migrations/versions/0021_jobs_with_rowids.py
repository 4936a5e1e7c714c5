"""Jobs with rowids, on SQLite: a tree whose keys are whole rows, with their descriptions, is twice as deep.

What its indexes held of themselves before, the id, they are told now.  A million jobs take some 20 seconds, in which
nobody can write.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WITHOUT = "WITHOUT ROWID"
INDEXES = {
    "ix_job_listed": ["status", "place"],
    "ix_job_place": ["place", "budget_minor", "latitude", "longitude", "posted_at"],
    "ix_job_budget": ["status", "currency", "budget_minor", "place"],
}


def upgrade() -> None:
    _change(without_rowid=False, more=["id"])


def downgrade() -> None:
    _change(without_rowid=True, more=[])


def _change(*, without_rowid: bool, more: list[str]) -> None:
    for name in INDEXES:
        op.drop_index(name, "job")
    _rebuild(without_rowid=without_rowid)
    for name, columns in INDEXES.items():
        op.create_index(name, "job", [*columns, *more])


def _rebuild(*, without_rowid: bool) -> None:
    """In place: a renamed table would take those that refer to it along."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    (table,) = connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'job'"))
    rest = "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND tbl_name = 'job' AND sql IS NOT NULL"
    others = list(connection.scalars(text(rest)))
    made = table.replace(WITHOUT, "").rstrip()
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMP TABLE job_copy AS SELECT * FROM job ORDER BY id",
        "DROP TABLE job",
        f"{made} {WITHOUT}" if without_rowid else made,
        "INSERT INTO job SELECT * FROM job_copy",
        "DROP TABLE job_copy",
        *others,
    ):
        connection.exec_driver_sql(statement)
