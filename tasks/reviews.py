"""The tasks of reviews."""

from __future__ import annotations

from datetime import timedelta

from domain.bookings.reviews.publish import publish as show
from domain.bookings.reviews.read import by_id
from domain.bookings.reviews.work import Publish
from domain.cause import Cause
from domain.database import Connection
from tasks.declare import Again, database_task, wait_until
from tasks.retry import QUICK


def _publish(connection: Connection, cause: Cause, work: Publish, _: None) -> Again | None:
    """Publish the review at its time; do nothing when the other side's review has already published both."""
    if cause.now < work.at:
        return wait_until(work.at)
    show(connection, cause, by_id(connection, work.review_id))
    return None


publish = database_task(work=Publish, record=_publish, max_runtime=timedelta(seconds=10), retry=QUICK)
