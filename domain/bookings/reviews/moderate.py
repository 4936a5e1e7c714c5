"""An admin hides a review, restores it, or dismisses a report about it.  History rows name the admin."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.bookings.reviews.move import decide_report, move
from domain.bookings.reviews.read import Review, by_id
from domain.bookings.reviews.states import ReportStatus, ReviewStatus
from domain.bookings.reviews.steps import DISMISS, HIDE, RESTORE, require, require_of_report
from domain.bookings.reviews.tables import report
from domain.cause import Cause
from domain.database import Connection
from domain.errors import NotFound
from domain.marketplace.ratings.count import count_in, count_out

_open_reports = select(report.c.id).where(
    report.c.review_id == bindparam("of_review"), report.c.status == ReportStatus.OPEN.value
)
_status_of_report = select(report.c.status).where(report.c.id == bindparam("report_id"))


def hide(connection: Connection, cause: Cause, review_id: str) -> Review:
    """Hide a review, uphold its open reports, and subtract its stars; return the review.

    ``NotFound`` when no review has this id; ``Conflict`` when the review is not published.
    """
    found = by_id(connection, review_id)
    require(HIDE, found.status)
    move(connection, cause, review_id, found.status, ReviewStatus.HIDDEN)
    count_out(connection, found.about_id, found.rating)
    for (report_id,) in connection.run(_open_reports, of_review=review_id).all():
        decide_report(connection, cause, report_id, ReportStatus.OPEN, ReportStatus.UPHELD)
    return by_id(connection, review_id)


def restore(connection: Connection, cause: Cause, review_id: str) -> Review:
    """Publish a hidden review again, and add its stars; return the review.

    ``NotFound`` when no review has this id; ``Conflict`` when the review is not hidden.
    """
    found = by_id(connection, review_id)
    require(RESTORE, found.status)
    move(connection, cause, review_id, found.status, ReviewStatus.PUBLISHED)
    count_in(connection, found.about_id, found.rating)
    return by_id(connection, review_id)


def dismiss(connection: Connection, cause: Cause, report_id: str) -> None:
    """Dismiss a report; ``NotFound`` when no report has this id, ``Conflict`` when the report is already decided."""
    status = connection.run(_status_of_report, report_id=report_id).scalar()
    if status is None:
        raise NotFound("report")
    require_of_report(DISMISS, status)
    decide_report(connection, cause, report_id, status, ReportStatus.DISMISSED)
