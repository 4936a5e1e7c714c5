"""Approve completed work, by its client or automatically after some days: the worker is then paid."""

from __future__ import annotations

from datetime import datetime

from domain.bookings import read
from domain.bookings.move import move
from domain.bookings.read import Booking
from domain.bookings.states import BookingStatus
from domain.bookings.steps import APPROVE, require
from domain.bookings.work import ApproveByItself
from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.jobs import move as jobs
from domain.marketplace.jobs import read as job_read
from domain.marketplace.jobs.states import JobStatus
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.settlement.release import release


def approve(connection: Connection, cause: Cause, booking_id: str) -> Booking:
    """Approve the booking; ``NotFound`` for all but its client; ``Conflict`` unless it is completed."""
    found = read.for_client(connection, booking_id, cause.actor)
    require(APPROVE, found.status)
    _approve(connection, cause, found)
    return read.by_id(connection, found.id)


def approve_by_itself(connection: Connection, cause: Cause, work: ApproveByItself) -> datetime | None:
    """Approve the booking automatically and return None; return its due time when the call is too early.

    Do nothing when the client has approved or answered since that round.
    """
    found = read.by_id(connection, work.booking_id)
    if found.status != BookingStatus.COMPLETED or found.rounds != work.round:
        return None
    if found.approves_at is not None and cause.now < found.approves_at:
        return found.approves_at
    _approve(connection, cause, found)
    notify(connection, cause, found.client_id, Kind.BOOKING_APPROVED, found.id)
    return None


def _approve(connection: Connection, cause: Cause, found: Booking) -> None:
    move(connection, cause, found.id, BookingStatus.COMPLETED, BookingStatus.APPROVED)
    release(connection, cause, found)
    if job_read.by_id(connection, found.job_id).status == JobStatus.ASSIGNED:
        jobs.move(connection, cause, found.job_id, JobStatus.ASSIGNED, JobStatus.CLOSED)
    notify(connection, cause, found.worker_id, Kind.BOOKING_APPROVED, found.id)
