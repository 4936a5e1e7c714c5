"""A person's rating as others see it: the sums of the published reviews, and the number of approved bookings."""

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey, Index, Integer, String, Table

from domain.schema import metadata

rating = Table(
    "rating",
    metadata,
    Column("account_id", String(40), ForeignKey("account.id"), primary_key=True),
    Column("stars", Integer, nullable=False),  # the sum over the published reviews about the account
    Column("reviews", Integer, nullable=False),  # the number of these reviews
    Column("score", Integer, Computed("CASE WHEN reviews > 0 THEN 100 * stars / reviews ELSE 0 END")),
    # The average in hundredths, by which lists sort.  The database computes it, so two releases on one schema agree.
    Column("jobs_done", Integer, nullable=False, server_default="0"),  # approved bookings; a trigger counts them
    CheckConstraint("reviews >= 0 AND stars BETWEEN reviews AND 5 * reviews", name="stars"),
    Index("ix_rating_score", "score", "account_id"),
    sqlite_with_rowid=False,
)
