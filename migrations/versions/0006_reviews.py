"""Reviews, what they add up to, and reports about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.CheckConstraint("reviews >= 0 AND stars BETWEEN reviews AND 5 * reviews", name=op.f("ck_rating_stars")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rating_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_rating")),
        sqlite_with_rowid=False,
    )
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
    op.create_index("ix_review_about_id", "review", ["about_id", "status", "id"])
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
    op.create_index("ix_review_report_status", "review_report", ["status", "id"])


def downgrade() -> None:
    op.drop_table("review_report")
    op.drop_table("review")
    op.drop_table("rating")
