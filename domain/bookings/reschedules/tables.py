"""Proposals to do the work of a booking at another time."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, text

from domain.bookings.reschedules.states import RescheduleStatus
from domain.schema import id_column, instant_column, metadata

_IS_OPEN = text(f"status = '{RescheduleStatus.OPEN.value}'")

reschedule = Table(
    "reschedule",
    metadata,
    id_column(),
    Column("booking_id", String(40), ForeignKey("booking.id"), nullable=False),
    Column("author_id", String(40), ForeignKey("account.id"), nullable=False),
    instant_column("starts_at"),
    instant_column("ends_at", nullable=True),
    Column("note", Text, nullable=False),
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    Index("ix_reschedule_booking_id", "booking_id", "id"),
    Index("uq_reschedule_open", "booking_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    sqlite_with_rowid=False,
)
