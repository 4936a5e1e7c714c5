"""Change an application's status by one conditional UPDATE."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record
from domain.marketplace.applications.states import TRANSITIONS, ApplicationStatus
from domain.marketplace.applications.tables import application

_move = (
    update(application)
    .where(application.c.id == bindparam("application_id"), application.c.status == bindparam("before"))
    .values(status=bindparam("after"))
)


def move(
    connection: Connection, cause: Cause, application_id: str, before: ApplicationStatus, after: ApplicationStatus
) -> None:
    """Move an application from ``before`` to ``after``.

    ``Conflict`` when ``TRANSITIONS`` does not allow that or the application is no longer in ``before``.
    """
    changed = connection.run(_move, application_id=application_id, before=before.value, after=after.value).changed
    if after not in TRANSITIONS[before] or not changed:
        raise Conflict("application_status", f"The application is no longer {before}. Read it again.")
    record(connection, cause, application_id, before, after)
