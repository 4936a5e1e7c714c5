"""Profiles that people fill in, and the search terms of workers.  An account without a row has not filled in any field
yet."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from domain.schema import Json, Real, instant_column, metadata

profile = Table(
    "profile",
    metadata,
    Column("account_id", String(40), ForeignKey("account.id"), primary_key=True),
    Column("phone", String(16), nullable=True),  # E.164
    Column("city", String(100), nullable=True),
    Column("time_zone", String(64), nullable=True),  # an IANA name
    Column("language", String(10), nullable=True),  # en, de, pt-BR
    Column("bio", Text, nullable=True),
    # For workers only:
    Column("skills", Json, nullable=False),  # a list of categories
    Column("rate_minor", BigInteger, nullable=True),  # a price per hour
    Column("currency", String(3), nullable=True),
    Column("latitude", Real, nullable=True),  # degrees, rounded like those of jobs
    Column("longitude", Real, nullable=True),
    instant_column("updated_at"),
    Index("ix_profile_rate", "currency", "rate_minor", "account_id"),
    sqlite_with_rowid=False,
)

worker_term = Table(
    "worker_term",
    metadata,
    Column("term", String(110), primary_key=True),
    Column("account_id", String(40), ForeignKey("account.id"), primary_key=True),
    Index("ix_worker_term_account_id", "account_id"),
    sqlite_with_rowid=False,
)
