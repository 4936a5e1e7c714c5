"""A person reports a review, for an admin to decide whether it stays."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.bookings.reviews.read import by_id
from domain.bookings.reviews.states import ReportStatus, ReviewStatus
from domain.bookings.reviews.tables import report as table
from domain.bookings.reviews.tables import review
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, Forbidden, NotFound
from domain.history.record import record
from domain.schema.upsert import upsert


class Report(msgspec.Struct, frozen=True):
    id: str
    review_id: str
    reporter_id: str
    reason: str
    status: str
    created_at: datetime


class Reported(msgspec.Struct, frozen=True):
    """A report with the review that it is about, for the admin who decides."""

    id: str
    reporter_id: str
    reason: str
    status: str
    created_at: datetime
    review_id: str
    author_id: str
    about_id: str
    rating: int
    text: str
    review_status: str


_insert = upsert(table).values({name: bindparam(name) for name in Report.__struct_fields__}).on_conflict_do_nothing()
_page = (
    select(
        *(table.c[name] for name in ("id", "reporter_id", "reason", "status", "created_at", "review_id")),
        *(review.c[name] for name in ("author_id", "about_id", "rating", "text", "status")),
    )
    .join(review, review.c.id == table.c.review_id)
    .where(table.c.status == bindparam("of_status"), table.c.id > bindparam("after"))
    .order_by(table.c.id)
    .limit(bindparam("most"))
)


def report(connection: Connection, cause: Cause, review_id: str, reason: str) -> Report:
    """Report a review; return the report.

    ``NotFound`` unless the review is published; ``Forbidden`` for its author; ``Conflict`` for a second report.
    """
    found = by_id(connection, review_id)
    if found.status != ReviewStatus.PUBLISHED:
        raise NotFound("review")
    if found.author_id == cause.actor:
        raise Forbidden("own_review", "Only others can report your review.")
    new = Report(cause.new_id("rep"), review_id, cause.actor, reason, ReportStatus.OPEN.value, cause.now)
    if not connection.run(_insert, **msgspec.structs.asdict(new)).changed:
        raise Conflict("already_reported", "You have reported this review.")
    record(connection, cause, new.id, None, ReportStatus.OPEN)
    return new


def page(connection: Connection, status: ReportStatus, *, after: str | None, most: int) -> list[Reported]:
    """Return at most ``most`` reports behind the id ``after``, the oldest first, as admins work through them."""
    rows = connection.run(_page, of_status=status.value, after=after or "", most=most).all()
    return [Reported(*row) for row in rows]
