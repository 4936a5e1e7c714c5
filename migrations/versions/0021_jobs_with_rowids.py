"""Jobs with rowids, on SQLite: a tree whose keys are whole rows, with their descriptions, is twice as deep.

A million jobs take some 20 seconds, in which nobody can write.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WITHOUT = "WITHOUT ROWID"


def upgrade() -> None:
    _rebuild(without_rowid=False)


def downgrade() -> None:
    _rebuild(without_rowid=True)


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
