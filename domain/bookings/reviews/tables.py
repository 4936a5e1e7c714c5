"""Reviews, and reports about them."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from domain.schema import id_column, instant_column, metadata

review = Table(
    "review",
    metadata,
    id_column(),
    Column("booking_id", String(40), ForeignKey("booking.id"), nullable=False),
    Column("author_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("about_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("rating", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    instant_column("published_at", nullable=True),
    CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    UniqueConstraint("booking_id", "author_id", name="uq_review_booking_id_author_id"),
    Index("ix_review_about_id", "about_id", "status", "id"),
    sqlite_with_rowid=False,
)

report = Table(
    "review_report",
    metadata,
    id_column(),
    Column("review_id", String(40), ForeignKey("review.id"), nullable=False),
    Column("reporter_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    UniqueConstraint("review_id", "reporter_id", name="uq_review_report_review_id_reporter_id"),
    Index("ix_review_report_status", "status", "id"),
    sqlite_with_rowid=False,
)
