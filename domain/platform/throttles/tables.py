"""The table of throttles: one row for each key that used tokens lately."""

from sqlalchemy import Column, Index, String, Table

from domain.schema import instant_column, metadata

throttle = Table(
    "throttle",
    metadata,
    Column("key", String(80), primary_key=True),
    instant_column("full_at"),  # when the bucket is full again; a row whose time has passed has no effect
    Index("ix_throttle_full_at", "full_at"),
    sqlite_with_rowid=False,
)
