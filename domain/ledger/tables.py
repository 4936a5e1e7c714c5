"""The ledger: transfers that are never changed, and balances for the accounts that must not go below zero."""

from collections.abc import Callable

from sqlalchemy import DDL, BigInteger, CheckConstraint, Column, Index, String, Table, event
from sqlalchemy.schema import ExecutableDDLElement

from domain.schema import id_column, instant_column, metadata

transfer = Table(
    "transfer",
    metadata,
    id_column(),
    Column("debit_account", String(80), nullable=False),
    Column("credit_account", String(80), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("code", String(40), nullable=False),
    Column("booking_id", String(40), nullable=True),
    Column("cause_id", String(40), nullable=False),  # the object that it was posted for: a payment, a refund, …
    Column("unique_key", String(120), nullable=False, unique=True),
    instant_column("created_at"),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    CheckConstraint("debit_account <> credit_account", name="accounts"),
    Index("ix_transfer_debit_account", "debit_account", "currency"),
    Index("ix_transfer_credit_account", "credit_account", "currency"),
    Index("ix_transfer_booking_id", "booking_id"),
    Index("ix_transfer_cause_id", "cause_id"),
    sqlite_with_rowid=False,
)

balance = Table(
    "balance",
    metadata,
    Column("account", String(80), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),
    CheckConstraint("amount_minor >= 0", name="amount_minor"),
    sqlite_with_rowid=False,
)

_SQLITE = (
    "CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON transfer "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)
APPEND_ONLY = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}

_ddl: Callable[[str], ExecutableDDLElement] = DDL  # SQLAlchemy leaves its constructor untyped

for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(transfer, "after_create", _ddl(_statement).execute_if(dialect=_dialect))
