"""A client hires one applicant: the job is assigned, the others are told, price and fees are fixed."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, insert, select

from domain.applications import move as applications
from domain.applications import read as application_read
from domain.applications.states import ApplicationState
from domain.applications.tables import application
from domain.bookings.read import Booking
from domain.bookings.states import BookingState
from domain.bookings.tables import booking
from domain.cause import Cause
from domain.currencies import basis_points
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.history.record import record
from domain.jobs import move as jobs
from domain.jobs import read as job_read
from domain.jobs.states import JobState
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify

_insert = insert(booking).values({name: bindparam(name) for name in Booking.__struct_fields__})
_others = select(application.c.id, application.c.worker_id).where(
    application.c.job_id == bindparam("of_job"), application.c.status == bindparam("in_state")
)


class Fees(msgspec.Struct, frozen=True):
    """Basis points: what the client pays on top, and what is kept from the worker's price."""

    client_bp: int
    worker_bp: int


def hire(connection: Connection, cause: Cause, application_id: str, fees: Fees) -> Booking:
    """``NotFound`` when the job is not the actor's; ``Conflict`` when somebody was hired before."""
    wanted = application_read.by_id(connection, application_id)
    job = job_read.by_id(connection, wanted.job_id)
    if job.client_id != cause.actor:
        raise NotFound("application")
    if job.status != JobState.OPEN:
        raise Conflict("already_hired", f"The job is {job.status}.")
    jobs.move(connection, cause, job.id, JobState.OPEN, JobState.ASSIGNED)
    applications.move(connection, cause, wanted.id, ApplicationState.SUBMITTED, ApplicationState.HIRED)
    client_fee = basis_points(wanted.price_minor, fees.client_bp)
    made = Booking(
        id=cause.new_id("bkg"),
        job_id=job.id,
        application_id=wanted.id,
        client_id=job.client_id,
        worker_id=wanted.worker_id,
        status=BookingState.AWAITING_PAYMENT.value,
        price_minor=wanted.price_minor,
        client_fee_minor=client_fee,
        worker_fee_minor=basis_points(wanted.price_minor, fees.worker_bp),
        total_minor=wanted.price_minor + client_fee,
        currency=job.currency,
        created_at=cause.now,
    )
    connection.run(_insert, **msgspec.structs.asdict(made))
    record(connection, cause, made.id, None, BookingState.AWAITING_PAYMENT)
    notify(connection, cause, made.worker_id, Kind.BOOKING_HIRED, made.id)
    _decline_others(connection, cause, job.id)
    return made


def _decline_others(connection: Connection, cause: Cause, job_id: str) -> None:
    others = connection.run(_others, of_job=job_id, in_state=ApplicationState.SUBMITTED.value).all()
    for other_id, worker_id in others:
        applications.move(connection, cause, other_id, ApplicationState.SUBMITTED, ApplicationState.DECLINED)
        notify(connection, cause, worker_id, Kind.APPLICATION_DECLINED, other_id)
