"""Accounts, with the password hashes by which people authenticate."""

from sqlalchemy import Column, Integer, String, Table, Text

from domain.schema import id_column, instant_column, metadata

account = Table(
    "account",
    metadata,
    id_column(),
    Column("email", String(254), nullable=False, unique=True),  # lower case
    Column("password_hash", Text, nullable=False),
    Column("role", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("status", String(12), nullable=False),
    Column("epoch", Integer, nullable=False),  # raised to end every session
    instant_column("created_at"),
    instant_column("email_verified_at", nullable=True),
    sqlite_with_rowid=False,
)
