"""Refunds, payouts, and the accounts that workers are paid out to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PAYOUT_ACCOUNT_UNREADY = sa.text("status <> 'ready'")
_PAYOUT_ON_HOLD = sa.text("status = 'on_hold'")
_PAYOUT_OPEN = sa.text("status IN ('scheduled', 'submitting', 'in_transit')")
_REFUND_OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "payout_account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("requirements", sa.Text(), nullable=True),
        sa.Column("disabled_reason", sa.String(length=120), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("link_url", sa.Text(), nullable=True),
        sa.Column("link_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("absent_since", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_payout_account_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payout_account"),
        sa.UniqueConstraint("account_id", name="uq_payout_account_account_id"),
        sa.UniqueConstraint("provider_id", name="uq_payout_account_provider_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_payout_account_unready",
        "payout_account",
        ["asked_at"],
        sqlite_where=_PAYOUT_ACCOUNT_UNREADY,
        postgresql_where=_PAYOUT_ACCOUNT_UNREADY,
    )
    op.create_table(
        "payout",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("charge_id", sa.String(length=120), nullable=True),
        sa.Column("destination", sa.String(length=120), nullable=True),
        sa.Column("transfer_id", sa.String(length=120), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("absent_since", sa.BigInteger(), nullable=True),
        sa.Column("transferred_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name="ck_payout_amount_minor"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_payout_booking_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name="fk_payout_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payout"),
        sa.UniqueConstraint("booking_id", name="uq_payout_booking_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_payout_on_hold", "payout", ["worker_id"], sqlite_where=_PAYOUT_ON_HOLD, postgresql_where=_PAYOUT_ON_HOLD
    )
    op.create_index(
        "ix_payout_open", "payout", ["created_at"], sqlite_where=_PAYOUT_OPEN, postgresql_where=_PAYOUT_OPEN
    )
    op.create_index("ix_payout_worker_id", "payout", ["worker_id", "id"])
    op.create_table(
        "refund",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("absent_since", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name="ck_refund_amount_minor"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_refund_booking_id"),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name="fk_refund_client_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_refund_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refund"),
        sa.UniqueConstraint("unique_key", name="uq_refund_unique_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_refund_booking_id", "refund", ["booking_id", "id"])
    op.create_index(
        "ix_refund_open", "refund", ["created_at"], sqlite_where=_REFUND_OPEN, postgresql_where=_REFUND_OPEN
    )
    op.create_index("ix_refund_payment_id", "refund", ["payment_id"])


def downgrade() -> None:
    op.drop_table("refund")
    op.drop_table("payout")
    op.drop_table("payout_account")
