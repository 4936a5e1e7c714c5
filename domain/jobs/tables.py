"""Jobs that clients post."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text

from domain.schema import id_column, instant_column, metadata

job = Table(
    "job",
    metadata,
    id_column(),
    Column("client_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("category", String(40), nullable=False),
    Column("city", String(100), nullable=False),
    Column("budget_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    CheckConstraint("budget_minor > 0", name="budget_minor"),
    Index("ix_job_status", "status", "id"),
    Index("ix_job_client_id", "client_id", "id"),
    sqlite_with_rowid=False,
)
