"""Find the two sides of an application, and check that they can still bargain."""

from __future__ import annotations

import msgspec

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.applications import read as applications
from domain.marketplace.applications import steps as application_steps
from domain.marketplace.applications.read import Application
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs import steps as job_steps
from domain.marketplace.jobs.client import check_client


class Sides(msgspec.Struct, frozen=True):
    """An application and its two sides.  ``other`` is the account of the side that is not the actor."""

    application: Application
    client_id: str
    currency: str
    other: str


def at_the_table(connection: Connection, cause: Cause, application_id: str) -> Sides:
    """Return the two sides of an application.

    ``NotFound`` for anybody else; ``Conflict`` when the application is not live, its job is not open, or the client is
    suspended.
    """
    found = applications.for_party(connection, application_id, cause.actor)
    job = jobs.by_id(connection, found.job_id)
    application_steps.require(application_steps.BARGAIN, found.status)
    job_steps.require(job_steps.BARGAIN, job.status)
    check_client(connection, job.client_id)
    other = found.worker_id if cause.actor == job.client_id else job.client_id
    return Sides(found, job.client_id, job.currency, other)
