"""The inbox: every event that a provider sent and signed, once."""

from sqlalchemy import Column, Index, String, Table, Text, text

from domain.schema import instant_column, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("event_id", String(120), primary_key=True),
    Column("payload", Text, nullable=False),
    instant_column("received_at"),
    instant_column("handled_at", nullable=True),
    Column("outcome", String(12), nullable=True),
    Column("detail", Text, nullable=True),
    Index(
        "ix_inbox_open",
        "received_at",
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
    Index("ix_inbox_received_at", "received_at"),
    sqlite_with_rowid=False,
)
