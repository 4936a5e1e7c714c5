"""The workers who wait for a client's answer to their applications for a job."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.applications.move import move
from domain.marketplace.applications.states import LIVE, ApplicationStatus
from domain.marketplace.applications.tables import application
from domain.marketplace.offers.supersede import supersede_open
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema import one_of

WAITING = [status.value for status in LIVE]
_waiting = (
    select(application.c.id, application.c.worker_id, application.c.status)
    .where(application.c.job_id == bindparam("of_job"), one_of(application.c.status, "statuses"))
    .order_by(application.c.id)
)
_first = _waiting.limit(1)


def anybody_waits(connection: Connection, job_id: str) -> bool:
    return connection.run(_first, of_job=job_id, statuses=WAITING).first() is not None


def turn_away(connection: Connection, cause: Cause, job_id: str, kind: Kind, *, occasion: str) -> None:
    """Decline all live applications for a job that has ended, and notify each worker of the reason (``kind``)."""
    for application_id, worker_id, status in connection.run(_waiting, of_job=job_id, statuses=WAITING).all():
        move(connection, cause, application_id, ApplicationStatus(status), ApplicationStatus.DECLINED)
        supersede_open(connection, cause, application_id)
        notify(connection, cause, worker_id, kind, job_id, occasion=occasion)
