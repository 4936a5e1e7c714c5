"""Counter-offers that the two sides of an application make to each other until they agree."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text

from domain.marketplace.offers.states import OfferStatus
from domain.schema import id_column, instant_column, metadata

_STANDS = text(f"status IN ('{OfferStatus.OPEN.value}', '{OfferStatus.ACCEPTED.value}')")

offer = Table(
    "offer",
    metadata,
    id_column(),
    Column("application_id", String(40), ForeignKey("application.id"), nullable=False),
    Column("author_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    instant_column("starts_at", nullable=True),
    instant_column("ends_at", nullable=True),
    Column("note", Text, nullable=False),
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    CheckConstraint("price_minor > 0", name="price_minor"),
    Index("ix_offer_application_id", "application_id", "id"),
    # An application has at most one offer that is open or accepted.
    Index("uq_offer_stands", "application_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    sqlite_with_rowid=False,
)
