"""The tables of deliveries, and of the addresses that a channel no longer sends to."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from domain.schema import id_column, instant_column, metadata

delivery = Table(
    "delivery",
    metadata,
    id_column(),
    Column("account_id", String(40), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject_id", String(40), nullable=False),
    Column("occasion", String(40), nullable=False),
    Column("status", String(12), nullable=False),
    Column("address", String(254), nullable=True),  # the address that it was sent to, even if the account changes
    Column("provider_id", String(120), nullable=True),
    Column("detail", String(200), nullable=True),  # the carrier's reason why it did not arrive
    instant_column("submitted_at", nullable=True),
    instant_column("created_at"),
    Column("correlation_id", String(64), nullable=False),
    # A channel delivers one event once, however often its task ran.
    UniqueConstraint("account_id", "kind", "subject_id", "occasion", "channel", name="uq_delivery_event"),
    Index("ix_delivery_created_at", "created_at"),
    sqlite_with_rowid=False,
)

suppression = Table(
    "suppression",
    metadata,
    Column("channel", String(12), primary_key=True),
    Column("address", String(254), primary_key=True),  # in the channel's spelling; a new address is not suppressed
    Column("account_id", String(40), nullable=False),
    Column("delivery_id", String(40), nullable=False),  # the delivery that caused the suppression
    Column("reason", String(20), nullable=False),
    instant_column("created_at"),
    sqlite_with_rowid=False,
)
