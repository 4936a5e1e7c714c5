"""E-mails, and the addresses that are not written to any more."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from domain.schema import id_column, instant_column, metadata

email = Table(
    "email",
    metadata,
    id_column(),
    Column("account_id", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject_id", String(40), nullable=False),
    Column("occasion", String(40), nullable=False),
    Column("status", String(12), nullable=False),
    Column("address", String(254), nullable=True),  # where it was sent, whatever the account says later
    Column("provider_id", String(120), nullable=True),
    Column("detail", String(200), nullable=True),  # the provider's word on why it did not arrive
    instant_column("submitted_at", nullable=True),
    instant_column("created_at"),
    Column("correlation_id", String(64), nullable=True),  # None: an earlier release wrote it
    # One event is written of once, however often its task ran.
    UniqueConstraint("account_id", "kind", "subject_id", "occasion", name="uq_email_event"),
    Index("ix_email_created_at", "created_at"),
    sqlite_with_rowid=False,
)

email_suppression = Table(
    "email_suppression",
    metadata,
    Column("address", String(254), primary_key=True),  # lower case; another address of the account is free again
    Column("account_id", String(40), nullable=False),
    Column("email_id", String(40), nullable=False),  # that taught us
    Column("reason", String(20), nullable=False),
    instant_column("created_at"),
    sqlite_with_rowid=False,
)
