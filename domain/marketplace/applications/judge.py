"""A client shortlists or declines an application."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import NotFound
from domain.marketplace.applications import read
from domain.marketplace.applications.move import move
from domain.marketplace.applications.read import Application
from domain.marketplace.applications.states import ApplicationStatus
from domain.marketplace.applications.steps import DECLINE, SHORTLIST, require
from domain.marketplace.jobs import read as jobs
from domain.marketplace.offers.supersede import supersede_open
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify


def shortlist(connection: Connection, cause: Cause, application_id: str) -> Application:
    """Shortlist an application; return it.

    ``NotFound`` when the job is not the actor's; ``Conflict`` unless the application is ``submitted``.
    """
    found = _mine(connection, cause, application_id)
    require(SHORTLIST, found.status)
    move(connection, cause, found.id, ApplicationStatus(found.status), ApplicationStatus.SHORTLISTED)
    notify(connection, cause, found.worker_id, Kind.APPLICATION_SHORTLISTED, found.id)
    return read.by_id(connection, found.id)


def decline(connection: Connection, cause: Cause, application_id: str) -> Application:
    """Decline an application; return it.

    ``NotFound`` when the job is not the actor's; ``Conflict`` when the application is no longer live.
    """
    found = _mine(connection, cause, application_id)
    require(DECLINE, found.status)
    turn_down(connection, cause, found)
    return read.by_id(connection, found.id)


def turn_down(connection: Connection, cause: Cause, found: Application) -> None:
    """Decline an application, supersede its open offer, and notify its worker.

    A hire also does so with the other applications for the job.
    """
    move(connection, cause, found.id, ApplicationStatus(found.status), ApplicationStatus.DECLINED)
    supersede_open(connection, cause, found.id)
    notify(connection, cause, found.worker_id, Kind.APPLICATION_DECLINED, found.id)


def _mine(connection: Connection, cause: Cause, application_id: str) -> Application:
    found = read.by_id(connection, application_id)
    if jobs.by_id(connection, found.job_id).client_id != cause.actor:
        raise NotFound("application")
    return found
