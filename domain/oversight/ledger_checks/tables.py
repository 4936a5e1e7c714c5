"""The table of ledger checks: findings, and totals up to a point, so that no check sums from the beginning."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from domain.schema import id_column, instant_column, metadata

ledger_check = Table(
    "ledger_check",
    metadata,
    id_column(),
    Column("scope", String(12), nullable=False),
    Column("breaches", Integer, nullable=False),
    Column("sentences", Text, nullable=False),  # JSON: one sentence for each breach
    Column("totals", Text, nullable=False),  # JSON: by kind of account, of the transfers up to ``through``
    Column("through", String(40), nullable=False),
    Column("seen", String(40), nullable=False),  # the newest transfer that the check saw
    instant_column("at"),
    Index("ix_ledger_check_at", "at"),
    sqlite_with_rowid=False,
)
