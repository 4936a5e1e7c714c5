"""Everything, as it was before the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out, not imported: a migration stays as it is when the code moves on.
SCORE = "CASE WHEN reviews > 0 THEN 100 * stars / reviews ELSE 0 END"
COUNT_APPLICANT = "UPDATE job SET applicants = applicants + 1 WHERE id = NEW.job_id"
COUNT_BOOKING = """
INSERT INTO rating (account_id, stars, reviews, jobs_done)
VALUES (NEW.worker_id, 0, 0, CASE NEW.status WHEN 'approved' THEN 1 ELSE -1 END)
ON CONFLICT (account_id) DO UPDATE SET jobs_done = rating.jobs_done + excluded.jobs_done"""
CHANGES = "WHEN ((NEW.status = 'approved') <> (OLD.status = 'approved'))"
# Of full text search no positions and no text are kept: a row says which terms a job has, and the job is beside it.
MORE = {
    "sqlite": (
        "CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        "CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        "CREATE VIRTUAL TABLE job_terms USING fts5("
        "terms, content='', contentless_delete=1, detail=none, tokenize=\"ascii tokenchars ':_'\")",
        f"CREATE TRIGGER application_counted AFTER INSERT ON application BEGIN {COUNT_APPLICANT}; END",
        f"CREATE TRIGGER booking_counted AFTER UPDATE OF status ON booking {CHANGES} BEGIN {COUNT_BOOKING}; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
        "CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON transfer "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE SEQUENCE job_place",
        "CREATE TABLE job_terms (rowid BIGINT PRIMARY KEY, terms tsvector NOT NULL)",
        "CREATE INDEX ix_job_terms ON job_terms USING gin (terms)",
        "CREATE FUNCTION count_applicant() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {COUNT_APPLICANT}; RETURN NULL; END $$",
        "CREATE TRIGGER application_counted AFTER INSERT ON application "
        "FOR EACH ROW EXECUTE FUNCTION count_applicant()",
        "CREATE FUNCTION count_booking() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {COUNT_BOOKING}; RETURN NULL; END $$",
        "CREATE TRIGGER booking_counted AFTER UPDATE OF status ON booking "
        f"FOR EACH ROW {CHANGES} EXECUTE FUNCTION count_booking()",
    ),
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("email_verified_at", sa.BigInteger(), nullable=True),
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
        sa.Column("calls", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id", "n", name=op.f("pk_attempt")),
        sqlite_with_rowid=False,
    )
    _index("ix_attempt_task_started_at", "attempt", ["task", "started_at"])
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
        "email",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email")),
        sa.UniqueConstraint("account_id", "kind", "subject_id", "occasion", name="uq_email_event"),
        sqlite_with_rowid=False,
    )
    _index("ix_email_created_at", "email", ["created_at"])
    op.create_table(
        "email_suppression",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("email_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_email_suppression")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("from_status", sa.String(length=20), nullable=True),
        sa.Column("to_status", sa.String(length=20), nullable=False),
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
    _index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    op.create_table(
        "inbox",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("provider", "event_id", name=op.f("pk_inbox")),
    )
    _index("ix_inbox_alarm", "inbox", ["received_at"], where="outcome = 'alarm'")
    _index("ix_inbox_received_at", "inbox", ["received_at"])
    _index("ix_inbox_subject_id", "inbox", ["subject_id"], where="subject_id IS NOT NULL")
    op.create_table(
        "inbox_cursor",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("read_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_inbox_cursor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_check",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.Column("sentences", sa.Text(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("through", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
        sqlite_with_rowid=False,
    )
    _index("ix_ledger_check_at", "ledger_check", ["at"])
    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=40), server_default="", nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("path", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("account_id", "kind", "subject_id", "occasion", name="uq_notification_event"),
        sqlite_with_rowid=False,
    )
    _index("ix_notification_account_id", "notification", ["account_id", "id"])
    _index("ix_notification_unread", "notification", ["account_id", "id"], where="read_at IS NULL")
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
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
            "status IN ('pending', 'sent', 'running', 'done', 'dead', 'cancelled')", name=op.f("ck_outbox_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_with_rowid=False,
    )
    _index("ix_outbox_finished", "outbox", ["status", "finished_at"], where="finished_at IS NOT NULL")
    _index("ix_outbox_pending", "outbox", ["queue", "run_at", "id"], where="status = 'pending'")
    _index("ix_outbox_running", "outbox", ["lease_until"], where="status = 'running'")
    _index("ix_outbox_sent", "outbox", ["queue", "sent_at"], where="status = 'sent'")
    _index("uq_outbox_unique_key", "outbox", ["unique_key"], where="unique_key IS NOT NULL", unique=True)
    op.create_table(
        "platform_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_epoch")),
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
    _index("ix_process_seen_at", "process", ["seen_at"])
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
        "schema_floor",
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_floor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
        sqlite_with_rowid=False,
    )
    _index("ix_throttle_full_at", "throttle", ["full_at"])
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
    _index("ix_transfer_booking_id", "transfer", ["booking_id"])
    _index("ix_transfer_cause_id", "transfer", ["cause_id"])
    _index("ix_transfer_credit_account", "transfer", ["credit_account", "currency"])
    _index("ix_transfer_debit_account", "transfer", ["debit_account", "currency"])
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
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("wanted_from", sa.Date(), nullable=True),
        sa.Column("wanted_until", sa.Date(), nullable=True),
        sa.Column("open_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("applicants", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("budget_minor > 0", name=op.f("ck_job_budget_minor")),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name=op.f("fk_job_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    _index("ix_job_budget", "job", ["status", "currency", "budget_minor", "place", "id"])
    _index("ix_job_client_id", "job", ["client_id", "id"])
    _index("ix_job_listed", "job", ["status", "place", "id"])
    _index("ix_job_place", "job", ["place", "budget_minor", "latitude", "longitude", "posted_at", "id"])
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sqlite_with_rowid=False,
    )
    _index("ix_one_time_link_account_id", "one_time_link", ["account_id", "purpose"])
    _index("ix_one_time_link_expires_at", "one_time_link", ["expires_at"])
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
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payout_account_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_account")),
        sa.UniqueConstraint("account_id", name=op.f("uq_payout_account_account_id")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_payout_account_provider_id")),
        sqlite_with_rowid=False,
    )
    _index("ix_payout_account_unready", "payout_account", ["asked_at"], where="status <> 'ready'")
    op.create_table(
        "profile",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("rate_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_profile_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_profile")),
        sqlite_with_rowid=False,
    )
    _index("ix_profile_rate", "profile", ["currency", "rate_minor", "account_id"])
    op.create_table(
        "rating",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), sa.Computed(SCORE, persisted=dialect == "postgresql"), nullable=True),
        sa.Column("jobs_done", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("reviews >= 0 AND stars BETWEEN reviews AND 5 * reviews", name=op.f("ck_rating_stars")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rating_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_rating")),
        sqlite_with_rowid=False,
    )
    _index("ix_rating_score", "rating", ["score", "account_id"])
    op.create_table(
        "service_token",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_service_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_token")),
        sa.UniqueConstraint("account_id", name=op.f("uq_service_token_account_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_service_token_secret_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("platform_epoch", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sqlite_with_rowid=False,
    )
    _index("ix_session_expires_at", "session", ["expires_at"])
    op.create_table(
        "worker_term",
        sa.Column("term", sa.String(length=110), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_worker_term_account_id")),
        sa.PrimaryKeyConstraint("term", "account_id", name=op.f("pk_worker_term")),
        sqlite_with_rowid=False,
    )
    _index("ix_worker_term_account_id", "worker_term", ["account_id"])
    op.create_table(
        "application",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_application_price_minor")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_application_job_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name=op.f("fk_application_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("job_id", "worker_id", name="uq_application_job_id_worker_id"),
        sqlite_with_rowid=False,
    )
    _index("ix_application_job_id", "application", ["job_id", "id"])
    _index("ix_application_worker_id", "application", ["worker_id", "id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_invitation_job_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name=op.f("fk_invitation_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("job_id", "worker_id", name="uq_invitation_job_id_worker_id"),
        sqlite_with_rowid=False,
    )
    _index("ix_invitation_worker_id", "invitation", ["worker_id", "id"])
    op.create_table(
        "refresh_token",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_refresh_token_session_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_refresh_token")),
        sqlite_with_rowid=False,
    )
    _index("ix_refresh_token_session_id", "refresh_token", ["session_id"])
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
        sa.Column("tax_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("approves_at", sa.BigInteger(), nullable=True),
        sa.Column("rounds", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "total_minor = price_minor + client_fee_minor + tax_minor", name=op.f("ck_booking_total_minor")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_booking_application_id")),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name=op.f("fk_booking_client_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_booking_job_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name=op.f("fk_booking_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("application_id", name=op.f("uq_booking_application_id")),
        sqlite_with_rowid=False,
    )
    _index("ix_booking_approved", "booking", ["worker_id"], where="status = 'approved'")
    _index("ix_booking_client_id", "booking", ["client_id", "id"])
    _index("ix_booking_job_id", "booking", ["job_id"])
    _index("ix_booking_worker_id", "booking", ["worker_id", "id"])
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_message_application_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_message_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sqlite_with_rowid=False,
    )
    _index("ix_message_application_id", "message", ["application_id", "id"])
    op.create_table(
        "message_side",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.Column("last_message_id", sa.String(length=40), nullable=False),
        sa.Column("read_up_to", sa.String(length=40), nullable=True),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_side_account_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_message_side_application_id")),
        sa.ForeignKeyConstraint(["other_id"], ["account.id"], name=op.f("fk_message_side_other_id")),
        sa.PrimaryKeyConstraint("application_id", "account_id", name=op.f("pk_message_side")),
        sqlite_with_rowid=False,
    )
    _index("ix_message_side_account_id", "message_side", ["account_id", "last_message_id"])
    _index("ix_message_side_unread", "message_side", ["account_id", "unread"], where="unread > 0")
    op.create_table(
        "offer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_offer_price_minor")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_offer_application_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_offer_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sqlite_with_rowid=False,
    )
    _index("ix_offer_application_id", "offer", ["application_id", "id"])
    _index("uq_offer_stands", "offer", ["application_id"], where="status IN ('open', 'accepted')", unique=True)
    op.create_table(
        "booking_note",
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_note_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", "change_id", name=op.f("pk_booking_note")),
        sqlite_with_rowid=False,
    )
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
        sa.Column("asked_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_minor")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_payment_booking_id")),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name=op.f("fk_payment_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sqlite_with_rowid=False,
    )
    _index("ix_payment_booking_id", "payment", ["booking_id"])
    _index("ix_payment_client_id", "payment", ["client_id", "id"])
    _index("ix_payment_unsettled", "payment", ["asked_at"], where="settled_at IS NULL")
    _index(
        "uq_payment_open",
        "payment",
        ["booking_id"],
        where="status IN ('accepted', 'submitting', 'requires_action', 'processing')",
        unique=True,
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
        sa.Column("asked_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_amount_minor")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_payout_booking_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["account.id"], name=op.f("fk_payout_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_payout_booking_id")),
        sqlite_with_rowid=False,
    )
    _index("ix_payout_on_hold", "payout", ["worker_id"], where="status = 'on_hold'")
    _index("ix_payout_open", "payout", ["asked_at"], where="status IN ('scheduled', 'submitting', 'in_transit')")
    _index("ix_payout_settled_at", "payout", ["settled_at"])
    _index("ix_payout_worker_id", "payout", ["worker_id", "id"])
    op.create_table(
        "reschedule",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_reschedule_author_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_reschedule_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reschedule")),
        sqlite_with_rowid=False,
    )
    _index("ix_reschedule_booking_id", "reschedule", ["booking_id", "id"])
    _index("uq_reschedule_open", "reschedule", ["booking_id"], where="status = 'open'", unique=True)
    op.create_table(
        "review",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=40), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_review_rating")),
        sa.ForeignKeyConstraint(["about_id"], ["account.id"], name=op.f("fk_review_about_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_review_author_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_review_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("booking_id", "author_id", name="uq_review_booking_id_author_id"),
        sqlite_with_rowid=False,
    )
    _index("ix_review_about_id", "review", ["about_id", "status", "id"])
    op.create_table(
        "refund",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("charged_as", sa.String(length=120), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("absent_since", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_minor")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_refund_booking_id")),
        sa.ForeignKeyConstraint(["client_id"], ["account.id"], name=op.f("fk_refund_client_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_refund_unique_key")),
        sqlite_with_rowid=False,
    )
    _index("ix_refund_booking_id", "refund", ["booking_id", "id"])
    _index("ix_refund_open", "refund", ["asked_at"], where="settled_at IS NULL")
    _index("ix_refund_payment_id", "refund", ["payment_id"])
    op.create_table(
        "review_report",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("review_id", sa.String(length=40), nullable=False),
        sa.Column("reporter_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reporter_id"], ["account.id"], name=op.f("fk_review_report_reporter_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_report_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_report")),
        sa.UniqueConstraint("review_id", "reporter_id", name="uq_review_report_review_id_reporter_id"),
        sqlite_with_rowid=False,
    )
    _index("ix_review_report_status", "review_report", ["status", "id"])
    for statement in (*MORE[dialect], "INSERT INTO schema_floor (revision) VALUES ('0001')"):
        op.get_bind().exec_driver_sql(statement)


def _index(name: str, table: str, columns: list[str], *, where: str | None = None, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
