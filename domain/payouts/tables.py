"""The table of payouts: a worker's money for one booking, at most one for each booking, retried without limit."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from domain.payouts.states import OPEN, PayoutStatus
from domain.schema import asked_at_column, id_column, instant_column, metadata

_IS_OPEN = text(f"status IN ({', '.join(repr(s.value) for s in OPEN)})")
_IS_ON_HOLD = text(f"status = '{PayoutStatus.ON_HOLD.value}'")

payout = Table(
    "payout",
    metadata,
    id_column(),
    Column("booking_id", String(40), ForeignKey("booking.id"), nullable=False, unique=True),
    Column("worker_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("provider", String(20), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(20), nullable=False),
    Column("charge_id", String(120), nullable=True),  # the provider's id of the charge that the money comes from
    Column("destination", String(120), nullable=True),  # the provider's id of the worker's account
    Column("transfer_id", String(120), nullable=True),  # set once the money is in the worker's balance there; sent once
    Column("provider_id", String(120), nullable=True),  # of the present payout to the bank, or of the last one
    Column("error_code", String(80), nullable=True),
    Column("error_message", Text, nullable=True),
    Column("generation", Integer, nullable=False),  # of the request key; raised when a key is used up, and by a retry
    instant_column("submitted_at", nullable=True),
    instant_column("absent_since", nullable=True),  # a look-up found nothing; a second one must confirm
    instant_column("transferred_at", nullable=True),
    instant_column("created_at"),
    asked_at_column(),
    instant_column("settled_at", nullable=True),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    Index("ix_payout_worker_id", "worker_id", "id"),
    Index("ix_payout_settled_at", "settled_at"),
    Index("ix_payout_open", "asked_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    Index("ix_payout_on_hold", "worker_id", sqlite_where=_IS_ON_HOLD, postgresql_where=_IS_ON_HOLD),
    sqlite_with_rowid=False,
)
