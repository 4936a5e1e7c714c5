"""Bookings, whose price, fees and tax are fixed at hire, and the notes that the two parties wrote about them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

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
    Column("tax_minor", BigInteger, nullable=False, server_default="0"),  # on the client's fee
    instant_column("starts_at", nullable=True),  # as agreed; None: the two parties have not agreed on a start
    instant_column("ends_at", nullable=True),
    instant_column("expires_at", nullable=True),  # when the booking expires if unpaid
    instant_column("completed_at", nullable=True),
    instant_column("approves_at", nullable=True),  # automatically, unless the client acts first
    Column("rounds", Integer, nullable=False, server_default="0"),  # the number of completions
    CheckConstraint("total_minor = price_minor + client_fee_minor + tax_minor", name="total_minor"),
    UniqueConstraint("application_id"),
    Index("ix_booking_client_id", "client_id", "id"),
    Index("ix_booking_worker_id", "worker_id", "id"),
    Index("ix_booking_job_id", "job_id"),
    sqlite_with_rowid=False,
)

booking_note = Table(
    "booking_note",
    metadata,
    Column("booking_id", String(40), ForeignKey("booking.id"), primary_key=True),
    Column("change_id", String(40), primary_key=True),  # the history row of the change that the note explains
    Column("reason", String(20), nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)
