"""Find the two parties of a thread: the client and the worker of its application.  Nobody else sees the thread."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select

from domain.bookings import read as bookings
from domain.database import Connection
from domain.errors import NotFound
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job


class Parties(msgspec.Struct, frozen=True):
    application_id: str
    application_status: str
    client_id: str
    worker_id: str

    def other_than(self, account_id: str) -> str:
        return self.worker_id if account_id == self.client_id else self.client_id


_of_application = (
    select(application.c.id, application.c.status, job.c.client_id, application.c.worker_id)
    .join(job, job.c.id == application.c.job_id)
    .where(application.c.id == bindparam("application_id"))
)


def of_application(connection: Connection, application_id: str, party: str) -> Parties:
    """Return the parties of an application; ``NotFound`` unless ``party`` is one of them."""
    row = connection.run(_of_application, application_id=application_id).first()
    if row is None or party not in row[2:]:
        raise NotFound("application")
    return Parties(*row)


def of_booking(connection: Connection, booking_id: str, party: str) -> Parties:
    """Return the parties of a booking's application; ``NotFound`` unless ``party`` is one of them."""
    found = bookings.for_party(connection, booking_id, party)
    return of_application(connection, found.application_id, party)
