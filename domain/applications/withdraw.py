"""A worker takes an application back."""

from __future__ import annotations

from domain.applications import read
from domain.applications.move import move
from domain.applications.read import Application
from domain.applications.states import ApplicationState
from domain.applications.steps import WITHDRAW, require
from domain.cause import Cause
from domain.database import Connection
from domain.errors import NotFound
from domain.jobs import read as jobs
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.offers.supersede import supersede_open


def withdraw(connection: Connection, cause: Cause, application_id: str) -> Application:
    """``NotFound`` when it is not the actor's; ``Conflict`` when it is no longer live."""
    found = read.by_id(connection, application_id)
    if found.worker_id != cause.actor:
        raise NotFound("application")
    require(WITHDRAW, found.status)
    move(connection, cause, found.id, ApplicationState(found.status), ApplicationState.WITHDRAWN)
    supersede_open(connection, cause, found.id)
    client_id = jobs.by_id(connection, found.job_id).client_id
    notify(connection, cause, client_id, Kind.APPLICATION_WITHDRAWN, found.id)
    return read.by_id(connection, found.id)
