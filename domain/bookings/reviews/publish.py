"""Publish a review, once."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.bookings.reviews.read import Review
from domain.bookings.reviews.states import ReviewStatus
from domain.bookings.reviews.tables import review
from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.marketplace.ratings.count import count_in
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify

_publish = (
    update(review)
    .where(review.c.id == bindparam("review_id"), review.c.status == ReviewStatus.PENDING.value)
    .values(status=ReviewStatus.PUBLISHED.value, published_at=bindparam("now"))
)


def publish(connection: Connection, cause: Cause, pending: Review) -> bool:
    """Publish a review, add its stars to the rating, and notify the person that the review is about.

    Return False, without a change, when the review is no longer pending.
    """
    if not connection.run(_publish, review_id=pending.id, now=cause.now).changed:
        return False
    record(connection, cause, pending.id, ReviewStatus.PENDING, ReviewStatus.PUBLISHED)
    count_in(connection, pending.about_id, pending.rating)
    notify(connection, cause, pending.about_id, Kind.REVIEW_PUBLISHED, pending.id)
    return True
