"""The table of payments: what a client pays for a booking, by one provider."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from domain.payments.states import OPEN
from domain.schema import asked_at_column, id_column, instant_column, metadata

_IS_OPEN = text(f"status IN ({', '.join(repr(s.value) for s in OPEN)})")
_IS_UNSETTLED = text("settled_at IS NULL")

payment = Table(
    "payment",
    metadata,
    id_column(),
    Column("booking_id", String(40), ForeignKey("booking.id"), nullable=False),
    Column("client_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("provider", String(20), nullable=False),
    Column("payment_method", String(80), nullable=True),  # None: the client confirms with its secret
    Column("amount_minor", BigInteger, nullable=False),  # from the booking, never from a request's body
    Column("currency", String(3), nullable=False),
    Column("status", String(20), nullable=False),
    Column("provider_id", String(120), nullable=True),
    Column("charge_id", String(120), nullable=True),
    Column("client_secret", String(255), nullable=True),
    Column("next_action_url", Text, nullable=True),
    Column("error_code", String(80), nullable=True),
    Column("error_message", Text, nullable=True),
    Column("generation", Integer, nullable=False),  # of the request key; raised when a key cannot be used again
    instant_column("submitted_at", nullable=True),
    instant_column("absent_since", nullable=True),  # a look-up found nothing; a second one must confirm
    instant_column("created_at"),
    asked_at_column(),
    instant_column("settled_at", nullable=True),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    Index("ix_payment_booking_id", "booking_id"),
    Index("ix_payment_client_id", "client_id", "id"),
    Index("uq_payment_open", "booking_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    Index("ix_payment_unsettled", "asked_at", sqlite_where=_IS_UNSETTLED, postgresql_where=_IS_UNSETTLED),
    sqlite_with_rowid=False,
)
