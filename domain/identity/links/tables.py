"""One-time links that go out by e-mail.  No table has the secret half: ``runtime.links`` makes it from the id."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from domain.schema import id_column, instant_column, metadata

one_time_link = Table(
    "one_time_link",
    metadata,
    id_column(),
    Column("account_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("purpose", String(20), nullable=False),
    instant_column("created_at"),
    instant_column("expires_at"),  # set to now when a newer link replaces this one
    instant_column("used_at", nullable=True),
    Index("ix_one_time_link_account_id", "account_id", "purpose"),
    Index("ix_one_time_link_expires_at", "expires_at"),
    sqlite_with_rowid=False,
)
