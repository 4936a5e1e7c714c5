"""Accounts to ledger, and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# Written out, not imported: a migration stays what it was when the code moves on.
APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        "CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
        "CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON transfer "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ),
}

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempt",
        sa.Column("outbox_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("request_key", sa.String(length=120), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id", "n", name=op.f("pk_attempt")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_started_at", ["started_at"], unique=False)

    op.create_table(
        "balance",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_balance_amount_minor")),
        sa.PrimaryKeyConstraint("account", "currency", name=op.f("pk_balance")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "id", name=op.f("pk_history")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_key_created_at", ["created_at"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("provider", "event_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_received_at", ["received_at"], unique=False)

    op.create_table(
        "inbox_cursor",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("read_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_inbox_cursor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("account_id", "kind", "subject_id", name="uq_notification_event"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("ix_notification_account_id", ["account_id", "id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'running', 'done', 'dead', 'cancelled')", name=op.f("ck_outbox_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_finished",
            ["state", "finished_at"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NOT NULL"),
            postgresql_where=sa.text("finished_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_outbox_pending",
            ["queue", "run_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_outbox_running",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )
        batch_op.create_index(
            "ix_outbox_sent",
            ["queue", "sent_at"],
            unique=False,
            sqlite_where=sa.text("state = 'sent'"),
            postgresql_where=sa.text("state = 'sent'"),
        )
        batch_op.create_index(
            "uq_outbox_unique_key",
            ["unique_key"],
            unique=True,
            sqlite_where=sa.text("unique_key IS NOT NULL"),
            postgresql_where=sa.text("unique_key IS NOT NULL"),
        )

    op.create_table(
        "process",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=80), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("broker_ok", sa.Boolean(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("process", schema=None) as batch_op:
        batch_op.create_index("ix_process_seen_at", ["seen_at"], unique=False)

    op.create_table(
        "queue_control",
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("rate_per_1000_s", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_control")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("last_slot", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("debit_account", sa.String(length=80), nullable=False),
        sa.Column("credit_account", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=True),
        sa.Column("cause_id", sa.String(length=40), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_transfer_amount_minor")),
        sa.CheckConstraint("debit_account <> credit_account", name=op.f("ck_transfer_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_transfer_unique_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index("ix_transfer_booking_id", ["booking_id"], unique=False)
        batch_op.create_index("ix_transfer_cause_id", ["cause_id"], unique=False)
        batch_op.create_index("ix_transfer_credit_account", ["credit_account", "currency"], unique=False)
        batch_op.create_index("ix_transfer_debit_account", ["debit_account", "currency"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("budget_minor > 0", name=op.f("ck_job_budget_minor")),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name=op.f("fk_job_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_client_id", ["client_id", "id"], unique=False)
        batch_op.create_index("ix_job_status", ["status", "id"], unique=False)

    op.create_table(
        "application",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_application_price_minor")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_application_job_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name=op.f("fk_application_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("job_id", "worker_id", name="uq_application_job_id_worker_id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index("ix_application_job_id", ["job_id", "id"], unique=False)
        batch_op.create_index("ix_application_worker_id", ["worker_id", "id"], unique=False)

    op.create_table(
        "booking",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("client_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("worker_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total_minor = price_minor + client_fee_minor", name=op.f("ck_booking_total_minor")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_booking_application_id")),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name=op.f("fk_booking_client_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_booking_job_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name=op.f("fk_booking_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("application_id", name=op.f("uq_booking_application_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_client_id", ["client_id", "id"], unique=False)
        batch_op.create_index("ix_booking_job_id", ["job_id"], unique=False)
        batch_op.create_index("ix_booking_worker_id", ["worker_id", "id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("payment_method", sa.String(length=80), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("charge_id", sa.String(length=120), nullable=True),
        sa.Column("client_secret", sa.String(length=255), nullable=True),
        sa.Column("next_action_url", sa.Text(), nullable=True),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("absent_since", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_minor")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_payment_booking_id")),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name=op.f("fk_payment_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payment_unsettled",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(
            "uq_payment_open",
            ["booking_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('accepted', 'submitting', 'requires_action', 'processing')"),
            postgresql_where=sa.text("status IN ('accepted', 'submitting', 'requires_action', 'processing')"),
        )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("there is nothing before the first migration; remove the database instead")
