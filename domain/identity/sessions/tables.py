"""Sessions, the refresh tokens that prolong them, and the platform epoch, which ends them all when it rises."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from domain.schema import id_column, instant_column, metadata

session = Table(
    "session",
    metadata,
    id_column(),
    Column("account_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("epoch", Integer, nullable=False),  # the account's at login; valid while both are equal
    Column("platform_epoch", Integer, nullable=False),  # the platform's at login; likewise
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    instant_column("expires_at"),  # each refresh postpones it
    Index("ix_session_expires_at", "expires_at"),
    sqlite_with_rowid=False,
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("hash", String(64), primary_key=True),  # only the client has the token itself, a random one
    Column("session_id", String(40), ForeignKey("session.id"), nullable=False),
    instant_column("created_at"),
    instant_column("used_at", nullable=True),
    Index("ix_refresh_token_session_id", "session_id"),
    sqlite_with_rowid=False,
)

platform_epoch = Table(
    "platform_epoch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1; no row is epoch 0
    Column("epoch", Integer, nullable=False),
)
