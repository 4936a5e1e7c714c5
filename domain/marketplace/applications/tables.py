"""Applications of workers: at most one for each worker and job."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from domain.schema import id_column, instant_column, metadata

application = Table(
    "application",
    metadata,
    id_column(),
    Column("job_id", String(40), ForeignKey("job.id"), nullable=False),
    Column("worker_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("message", Text, nullable=False),
    Column("price_minor", BigInteger, nullable=False),  # the worker's price until both sides agree on another
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    instant_column("starts_at", nullable=True),
    instant_column("ends_at", nullable=True),
    CheckConstraint("price_minor > 0", name="price_minor"),
    UniqueConstraint("job_id", "worker_id", name="uq_application_job_id_worker_id"),
    Index("ix_application_job_id", "job_id", "id"),
    Index("ix_application_worker_id", "worker_id", "id"),
    sqlite_with_rowid=False,
)
