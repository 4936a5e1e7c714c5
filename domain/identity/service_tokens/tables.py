"""Long-lived tokens with which operators' programs call the API.

Each token acts as its own admin account, which has no password.  So the history records a program's actions like a
person's.
"""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from domain.schema import id_column, instant_column, metadata

service_token = Table(
    "service_token",
    metadata,
    id_column(),
    Column("account_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("made_by", String(80), nullable=False),
    instant_column("created_at"),
    instant_column("revoked_at", nullable=True),
    UniqueConstraint("account_id"),
    UniqueConstraint("secret_hash"),
    sqlite_with_rowid=False,
)
