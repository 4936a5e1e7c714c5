"""Publish a review, once."""

from __future__ import annotations

from domain.bookings.reviews.move import try_move
from domain.bookings.reviews.read import Review
from domain.bookings.reviews.states import ReviewStatus
from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.ratings.count import count_in
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify


def publish(connection: Connection, cause: Cause, pending: Review) -> bool:
    """Publish a review, add its stars to the rating, and notify the person that the review is about.

    Return False, without a change, when the review is no longer pending.
    """
    before, after = ReviewStatus.PENDING, ReviewStatus.PUBLISHED
    if not try_move(connection, cause, pending.id, before, after, published_at=cause.now):
        return False
    count_in(connection, pending.about_id, pending.rating)
    notify(connection, cause, pending.about_id, Kind.REVIEW_PUBLISHED, pending.id)
    return True
