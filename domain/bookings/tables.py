"""Bookings, with the price and the fees fixed at hire."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint

from domain.schema import id_column, instant_column, metadata

booking = Table(
    "booking",
    metadata,
    id_column(),
    Column("job_id", String(40), ForeignKey("job.id"), nullable=False),
    Column("application_id", String(40), ForeignKey("application.id"), nullable=False),
    Column("client_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("worker_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("status", String(20), nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("client_fee_minor", BigInteger, nullable=False),  # on top of the price
    Column("worker_fee_minor", BigInteger, nullable=False),  # out of the price
    Column("total_minor", BigInteger, nullable=False),  # what the client pays
    Column("currency", String(3), nullable=False),
    instant_column("created_at"),
    CheckConstraint("total_minor = price_minor + client_fee_minor", name="total_minor"),
    UniqueConstraint("application_id"),
    Index("ix_booking_client_id", "client_id", "id"),
    Index("ix_booking_worker_id", "worker_id", "id"),
    Index("ix_booking_job_id", "job_id"),
    sqlite_with_rowid=False,
)
