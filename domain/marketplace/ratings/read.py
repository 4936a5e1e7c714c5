"""Read the rating of a person."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, func, select

from domain.database import Connection
from domain.marketplace.ratings.tables import rating


class Rating(msgspec.Struct, frozen=True):
    """A rating.  ``average`` is 1 to 5 stars, rounded to hundredths, or None without a review."""

    reviews: int
    average: float | None

    @classmethod
    def of(cls, reviews: int | None, stars: int | None) -> Rating:
        """Return the rating from two columns of ``rating``; both are None for a person without a row."""
        return cls(reviews or 0, round(stars / reviews, 2) if reviews and stars else None)


JOBS_DONE = func.coalesce(rating.c.jobs_done, 0)
"""The approved bookings of a worker, in a statement that joins ``rating``; 0 for a worker without a row."""
_rating = select(rating.c.reviews, rating.c.stars).where(rating.c.account_id == bindparam("of_account"))


def rating_of(connection: Connection, account_id: str) -> Rating:
    return Rating.of(*(connection.run(_rating, of_account=account_id).first() or (None, None)))
