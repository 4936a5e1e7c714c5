"""The table of refunds: money that goes back to the client of a payment."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from domain.schema import asked_at_column, id_column, instant_column, metadata

_IS_OPEN = text("settled_at IS NULL")

refund = Table(
    "refund",
    metadata,
    id_column(),
    Column("payment_id", String(40), ForeignKey("payment.id"), nullable=False),
    Column("booking_id", String(40), ForeignKey("booking.id"), nullable=False),
    Column("client_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("provider", String(20), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("charged_as", String(120), nullable=True),  # a second charge's id at the provider; None: the payment's own
    Column("source", String(80), nullable=False),  # the ledger account that the money comes from
    Column("reason", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("provider_id", String(120), nullable=True),
    Column("error_code", String(80), nullable=True),
    Column("error_message", Text, nullable=True),
    Column("closed_why", Text, nullable=True),  # the reason of the operator who closed the refund
    Column("generation", Integer, nullable=False),  # of the request key; raised when a key cannot be used again
    Column("unique_key", String(120), nullable=False, unique=True),
    instant_column("submitted_at", nullable=True),
    instant_column("absent_since", nullable=True),  # a look-up found nothing; a second one must confirm
    instant_column("created_at"),
    asked_at_column(),
    instant_column("settled_at", nullable=True),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    Index("ix_refund_payment_id", "payment_id"),
    Index("ix_refund_booking_id", "booking_id", "id"),
    Index("ix_refund_open", "asked_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    sqlite_with_rowid=False,
)
