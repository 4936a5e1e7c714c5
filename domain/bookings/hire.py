"""A client hires one applicant.  That assigns the job, declines the others, and fixes price, fees and tax."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from sqlalchemy import bindparam, insert, literal_column, select

from domain.bookings.quote import Fees, Terms, terms
from domain.bookings.read import Booking
from domain.bookings.remind import plan_reminder
from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.bookings.work import Expire, expire_key
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record
from domain.identity.accounts import read as accounts
from domain.identity.accounts.states import AccountStatus
from domain.marketplace.applications import move as applications
from domain.marketplace.applications import read as application_read
from domain.marketplace.applications.judge import turn_down
from domain.marketplace.applications.states import LIVE, ApplicationStatus
from domain.marketplace.applications.tables import application
from domain.marketplace.bargaining.accept import agree_on
from domain.marketplace.jobs import move as jobs
from domain.marketplace.jobs.states import JobStatus
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.platform.outbox.enqueue import enqueue

PAY_WITHIN = timedelta(hours=24)
_insert = insert(booking).values({name: bindparam(name) for name in Booking.__struct_fields__})
_others = select(application.c.id).where(
    application.c.job_id == bindparam("of_job"),
    application.c.status.in_([literal_column(f"'{status.value}'") for status in LIVE]),
)


def hire(
    connection: Connection,
    cause: Cause,
    application_id: str,
    fees: Fees,
    *,
    expected_total_minor: int | None = None,
    pay_within: timedelta = PAY_WITHIN,
) -> Booking:
    """Hire the worker of an application; return the new booking.

    Errors as in ``terms``; ``Conflict`` also when the worker's account is not active, or the total is not
    ``expected_total_minor``.
    """
    found = terms(connection, cause, application_id, fees)
    worker = accounts.by_id(connection, found.application.worker_id)
    if worker is None or worker.status != AccountStatus.ACTIVE:
        raise Conflict("worker_unavailable", "This worker cannot be hired at present.")
    if expected_total_minor not in (None, found.quote.total_minor):
        raise Conflict(
            "quote_changed", f"The total is {found.quote.total_minor} now. Read the quote again before hiring."
        )
    if found.to_accept is not None:
        agree_on(connection, cause, found.to_accept)
    jobs.move(connection, cause, found.job.id, JobStatus.OPEN, JobStatus.ASSIGNED)
    before = ApplicationStatus(found.application.status)
    applications.move(connection, cause, application_id, before, ApplicationStatus.HIRED)
    made = _booking(cause, found, pay_within)
    connection.run(_insert, **msgspec.structs.asdict(made))
    record(connection, cause, made.id, None, BookingStatus.AWAITING_PAYMENT)
    notify(connection, cause, made.worker_id, Kind.BOOKING_HIRED, made.id)
    enqueue(connection, cause, Expire(booking_id=made.id), run_at=made.expires_at, unique_key=expire_key(made.id, 0))
    plan_reminder(connection, cause, made.id, made.starts_at)
    _decline_others(connection, cause, found.job.id)
    return made


def _booking(cause: Cause, found: Terms, pay_within: timedelta) -> Booking:
    return Booking(
        id=cause.new_id("bkg"),
        job_id=found.job.id,
        application_id=found.application.id,
        client_id=found.job.client_id,
        worker_id=found.application.worker_id,
        status=BookingStatus.AWAITING_PAYMENT.value,
        price_minor=found.quote.price_minor,
        client_fee_minor=found.quote.client_fee_minor,
        worker_fee_minor=found.quote.worker_fee_minor,
        total_minor=found.quote.total_minor,
        currency=found.quote.currency,
        created_at=cause.now,
        tax_minor=found.quote.tax_minor,
        starts_at=found.quote.starts_at,
        ends_at=found.quote.ends_at,
        expires_at=cause.now + pay_within,
        completed_at=None,
        approves_at=None,
        rounds=0,
    )


def _decline_others(connection: Connection, cause: Cause, job_id: str) -> None:
    for (other_id,) in connection.run(_others, of_job=job_id).all():
        turn_down(connection, cause, application_read.by_id(connection, other_id))
