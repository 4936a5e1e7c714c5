"""The table of payout accounts: where the provider sends a worker's money.  Each worker has at most one."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from domain.payouts.accounts.states import PayoutAccountStatus
from domain.schema import id_column, instant_column, metadata

_IS_UNREADY = text(f"status <> '{PayoutAccountStatus.READY.value}'")

payout_account = Table(
    "payout_account",
    metadata,
    id_column(),
    Column("account_id", String(40), ForeignKey("account.id"), nullable=False, unique=True),
    Column("provider", String(20), nullable=False),
    Column("country", String(2), nullable=False),
    Column("status", String(20), nullable=False),
    Column("provider_id", String(120), nullable=True, unique=True),
    Column("requirements", Text, nullable=True),  # what the provider still asks for, comma separated
    Column("disabled_reason", String(120), nullable=True),
    Column("error_message", Text, nullable=True),
    Column("link_url", Text, nullable=True),  # of the onboarding; it expires at the provider after minutes
    instant_column("link_expires_at", nullable=True),
    Column("generation", Integer, nullable=False),  # of the request key; raised when a key cannot be used again
    instant_column("submitted_at", nullable=True),
    instant_column("absent_since", nullable=True),  # a look-up found nothing; a second one must confirm
    instant_column("created_at"),
    instant_column("asked_at"),  # the last status from the provider, or the last look-up
    Index("ix_payout_account_unready", "asked_at", sqlite_where=_IS_UNREADY, postgresql_where=_IS_UNREADY),
    sqlite_with_rowid=False,
)
