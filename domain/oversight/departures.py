"""Deactivate an account."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select

from domain.bookings.states import TRANSITIONS, BookingStatus
from domain.bookings.tables import booking
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.identity.accounts.move import move
from domain.identity.accounts.states import AccountStatus
from domain.identity.sessions.end import end_of_account
from domain.marketplace.applications.states import LIVE
from domain.marketplace.applications.tables import application
from domain.marketplace.applications.withdraw import withdraw
from domain.marketplace.jobs.steps import CANCEL
from domain.marketplace.jobs.tables import job
from domain.marketplace.listings.end import cancel
from domain.schema import one_of

OPEN_BOOKINGS = [s.value for s in BookingStatus if TRANSITIONS[s] and s is not BookingStatus.APPROVED]
"""The statuses of a booking in which the other party still waits for something."""

_open_booking = (
    select(booking.c.id)
    .where(
        or_(booking.c.client_id == bindparam("party"), booking.c.worker_id == bindparam("party")),
        one_of(booking.c.status, "open_statuses"),
    )
    .limit(1)
)
_applications = select(application.c.id).where(
    application.c.worker_id == bindparam("of_worker"), one_of(application.c.status, "live")
)
_jobs = select(job.c.id).where(job.c.client_id == bindparam("of_client"), one_of(job.c.status, "cancellable"))


def deactivate(connection: Connection, cause: Cause, account_id: str) -> None:
    """Cancel the account's jobs, withdraw its applications, deactivate it and end its sessions.

    ``Conflict`` while a booking is open.
    """
    if connection.run(_open_booking, party=account_id, open_statuses=OPEN_BOOKINGS).first() is not None:
        raise Conflict(
            "bookings_open", "One of your bookings is still open. Finish or cancel it before you close your account."
        )
    for (job_id,) in connection.run(_jobs, of_client=account_id, cancellable=list(CANCEL.before)).all():
        cancel(connection, cause, job_id)
    for (application_id,) in connection.run(_applications, of_worker=account_id, live=list(LIVE)).all():
        withdraw(connection, cause, application_id)
    move(connection, cause, account_id, AccountStatus.DEACTIVATED)
    end_of_account(connection, account_id)
