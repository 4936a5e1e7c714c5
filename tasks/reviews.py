"""The tasks of reviews."""

from __future__ import annotations

from datetime import datetime

from domain.bookings.reviews.publish import publish as show
from domain.bookings.reviews.read import by_id
from domain.bookings.reviews.work import Publish
from domain.cause import Cause
from domain.database import Connection
from tasks.declare import database_task


def _publish(connection: Connection, cause: Cause, work: Publish) -> datetime | None:
    """Publish the review at its time; do nothing when the other side's review has already published both."""
    if cause.now < work.at:
        return work.at
    show(connection, cause, by_id(connection, work.review_id))
    return None


publish = database_task(Publish, _publish)
