"""Bargaining, invitations, dates; bookings from start to approval.

The CHECK on a booking's total takes the tax in.  It is dropped and added anew where it stands, which PostgreSQL and
SQLite from 3.53 on (the driver's wheel brings it) both do: rebuilding the table would mean to drop it under the
payments that refer to it.  The release before writes no tax, so its totals satisfy both.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TOTAL = "ck_booking_total_minor"
STANDS = "state IN ('open', 'accepted')"
IS_OPEN = "state = 'open'"


def upgrade() -> None:
    for name in ("starts_at", "ends_at"):
        op.add_column("application", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("booking", sa.Column("tax_minor", sa.BigInteger(), nullable=False, server_default="0"))
    for name in ("starts_at", "ends_at", "expires_at", "completed_at", "approves_at"):
        op.add_column("booking", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("booking", sa.Column("rounds", sa.Integer(), nullable=False, server_default="0"))
    _check_total("price_minor + client_fee_minor + tax_minor")
    op.create_index("ix_payment_booking_id", "payment", ["booking_id"])
    _create_offers()
    _create_invitations()
    _create_reschedules()
    op.create_table(
        "booking_note",
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_booking_note_booking_id"),
        sa.PrimaryKeyConstraint("booking_id", "change_id", name="pk_booking_note"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("booking_note", "reschedule", "invitation", "offer"):
        op.drop_table(table)
    op.drop_index("ix_payment_booking_id", "payment")
    _check_total("price_minor + client_fee_minor")
    for name in ("tax_minor", "starts_at", "ends_at", "expires_at", "completed_at", "approves_at", "rounds"):
        op.drop_column("booking", name)
    for name in ("starts_at", "ends_at"):
        op.drop_column("application", name)


def _check_total(parts: str) -> None:
    op.execute(f"ALTER TABLE booking DROP CONSTRAINT {TOTAL}")
    op.execute(f"ALTER TABLE booking ADD CONSTRAINT {TOTAL} CHECK (total_minor = {parts})")


def _create_offers() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_minor > 0", name="ck_offer_price_minor"),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_offer_application_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_offer_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_offer"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_offer_application_id", "offer", ["application_id", "id"])
    _create_partial("uq_offer_stands", "offer", "application_id", STANDS)


def _create_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_invitation_job_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name="fk_invitation_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("job_id", "worker_id", name="uq_invitation_job_id_worker_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invitation_worker_id", "invitation", ["worker_id", "id"])


def _create_reschedules() -> None:
    op.create_table(
        "reschedule",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_reschedule_booking_id"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name="fk_reschedule_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reschedule"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reschedule_booking_id", "reschedule", ["booking_id", "id"])
    _create_partial("uq_reschedule_open", "reschedule", "booking_id", IS_OPEN)


def _create_partial(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
