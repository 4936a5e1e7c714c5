"""Which releases may run on the schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schema_floor",
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_floor")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO schema_floor (revision) VALUES ('0016')")


def downgrade() -> None:
    op.drop_table("schema_floor")
