"""One party of a booking reviews the other."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam

from domain.bookings import read as bookings
from domain.bookings.reviews.publish import publish
from domain.bookings.reviews.read import Review, by_id, of_booking
from domain.bookings.reviews.states import ReviewStatus
from domain.bookings.reviews.tables import review
from domain.bookings.reviews.window import BLIND_FOR, ended_at
from domain.bookings.reviews.work import Publish
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.platform.outbox.enqueue import enqueue
from domain.schema.upsert import upsert

_insert = upsert(review).values({name: bindparam(name) for name in Review.__struct_fields__}).on_conflict_do_nothing()


def write(connection: Connection, cause: Cause, booking_id: str, *, rating: int, text: str) -> Review:
    """Write a review and return it.

    ``NotFound`` for anybody but the two parties; ``Conflict`` before or too long after the end of the booking, or for a
    second review.  Reviews are blind until both parties have written, or for 7 days after the end: the second review
    publishes both, and a task publishes a single one.
    """
    booking = bookings.for_party(connection, booking_id, cause.actor)
    blind_until = ended_at(connection, booking, cause.now) + BLIND_FOR
    new = Review(
        id=cause.new_id("rev"),
        booking_id=booking_id,
        author_id=cause.actor,
        about_id=booking.worker_id if cause.actor == booking.client_id else booking.client_id,
        rating=rating,
        text=text,
        status=ReviewStatus.PENDING.value,
        created_at=cause.now,
        published_at=None,
    )
    if not connection.run(_insert, **msgspec.structs.asdict(new)).changed:
        raise Conflict("already_reviewed", "You have reviewed this booking already; each side writes one review.")
    record(connection, cause, new.id, None, ReviewStatus.PENDING)
    both = of_booking(connection, booking_id)
    if len(both) > 1 or cause.now >= blind_until:
        for written in sorted(both, key=lambda each: each.about_id):  # always in the same order: no deadlock
            publish(connection, cause, written)
        return by_id(connection, new.id)
    later = Publish(review_id=new.id, at=blind_until)
    enqueue(connection, cause, later, run_at=blind_until, unique_key=f"publish:{new.id}")
    notify(connection, cause, new.about_id, Kind.REVIEW_RECEIVED, new.id)
    return new
