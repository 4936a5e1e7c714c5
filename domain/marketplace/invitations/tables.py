"""Invitations by which a client asks a worker to apply for a job."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from domain.schema import id_column, instant_column, metadata

invitation = Table(
    "invitation",
    metadata,
    id_column(),
    Column("job_id", String(40), ForeignKey("job.id"), nullable=False),
    Column("worker_id", String(40), ForeignKey("account.id"), nullable=False),
    instant_column("created_at"),
    UniqueConstraint("job_id", "worker_id", name="uq_invitation_job_id_worker_id"),
    Index("ix_invitation_worker_id", "worker_id", "id"),
    sqlite_with_rowid=False,
)
