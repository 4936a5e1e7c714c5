"""The table of idempotency keys, so that a repeated request creates nothing."""

from sqlalchemy import Column, Index, Integer, String, Table

from domain.schema import instant_column, metadata

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("scope", String(120), primary_key=True),  # account, method and route
    Column("key", String(255), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("resource_id", String(40), nullable=False),
    instant_column("created_at"),
    Index("ix_idempotency_key_created_at", "created_at"),
    sqlite_with_rowid=False,
)
