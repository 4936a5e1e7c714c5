"""A worker withdraws an application."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import NotFound
from domain.marketplace.applications import read
from domain.marketplace.applications.move import move
from domain.marketplace.applications.read import Application
from domain.marketplace.applications.states import ApplicationStatus
from domain.marketplace.applications.steps import WITHDRAW, require
from domain.marketplace.jobs import read as jobs
from domain.marketplace.offers.supersede import supersede_open
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify


def withdraw(connection: Connection, cause: Cause, application_id: str) -> Application:
    """Withdraw an application; return it.

    ``NotFound`` when the application is not the actor's; ``Conflict`` when it is no longer live.
    """
    found = read.by_id(connection, application_id)
    if found.worker_id != cause.actor:
        raise NotFound("application")
    require(WITHDRAW, found.status)
    move(connection, cause, found.id, ApplicationStatus(found.status), ApplicationStatus.WITHDRAWN)
    supersede_open(connection, cause, found.id)
    client_id = jobs.by_id(connection, found.job_id).client_id
    notify(connection, cause, client_id, Kind.APPLICATION_WITHDRAWN, found.id)
    return read.by_id(connection, found.id)
