"""Read bookings.  Only the two parties may see one."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, or_

from domain.bookings.tables import booking
from domain.bookings.worker_share import worker_share
from domain.database import Connection, Rows
from domain.errors import NotFound
from domain.identity.accounts.names import shown_name
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.tables import job
from domain.schema.reader import Reader, if_wanted, newest_first


class Booking(msgspec.Struct, frozen=True):
    id: str
    job_id: str
    application_id: str
    client_id: str
    worker_id: str
    status: str
    price_minor: int
    client_fee_minor: int
    worker_fee_minor: int
    total_minor: int
    currency: str
    created_at: datetime
    tax_minor: int
    starts_at: datetime | None
    ends_at: datetime | None
    expires_at: datetime | None
    completed_at: datetime | None
    approves_at: datetime | None
    rounds: int

    @property
    def worker_share_minor(self) -> int:
        """Return the worker's share of the price."""
        return worker_share(self.price_minor, self.worker_fee_minor)

    def other(self, party: str) -> str:
        """Return the account of the other party."""
        return self.worker_id if party == self.client_id else self.client_id


class NamedBooking(Booking, frozen=True):
    """A booking with the title of its job and the names of both parties, so that readers need no second request."""

    job_title: str
    client_name: str
    worker_name: str


_reader = Reader(booking, Booking)
_by_id = _reader.select.where(booking.c.id == bindparam("booking_id"))
_is_party = or_(booking.c.client_id == bindparam("party"), booking.c.worker_id == bindparam("party"))
_for_party = _by_id.where(_is_party)
_for_client = _by_id.where(booking.c.client_id == bindparam("party"))
_for_worker = _by_id.where(booking.c.worker_id == bindparam("party"))
_client, _worker = account.alias("client"), account.alias("worker")
_named = Reader(booking, NamedBooking, job.c.title, shown_name(_client), shown_name(_worker))
_all_named = (
    _named.select.join(job, job.c.id == booking.c.job_id)
    .join(_client, _client.c.id == booking.c.client_id)
    .join(_worker, _worker.c.id == booking.c.worker_id)
)
_named_for_party = _all_named.where(booking.c.id == bindparam("booking_id"), _is_party)
_page = newest_first(_all_named.where(if_wanted(booking.c.status, "of_status")), booking.c.id)
_of_client = _page.where(booking.c.client_id == bindparam("party"))
_of_worker = _page.where(booking.c.worker_id == bindparam("party"))


def by_id(connection: Connection, booking_id: str) -> Booking:
    return of(asked(connection, booking_id))


def asked(connection: Connection, booking_id: str) -> Rows:
    """Run the statement whose rows ``of`` decodes, so that one round trip can carry other statements too."""
    return connection.run(_by_id, booking_id=booking_id)


def of(found: Rows) -> Booking:
    row = found.first()
    if row is None:
        raise NotFound("booking")
    return Booking(*row)


def for_party(connection: Connection, booking_id: str, party: str) -> Booking:
    """Return a booking; ``NotFound`` for everybody but its client and its worker."""
    return _reader.one(connection, _for_party, booking_id=booking_id, party=party)


def named(connection: Connection, booking_id: str, party: str) -> NamedBooking:
    """Return a booking with names; ``NotFound`` for everybody but its client and its worker."""
    return _named.one(connection, _named_for_party, booking_id=booking_id, party=party)


def for_client(connection: Connection, booking_id: str, party: str) -> Booking:
    """Return a booking; ``NotFound`` for everybody but its client."""
    return _reader.one(connection, _for_client, booking_id=booking_id, party=party)


def for_worker(connection: Connection, booking_id: str, party: str) -> Booking:
    """Return a booking; ``NotFound`` for everybody but its worker."""
    return _reader.one(connection, _for_worker, booking_id=booking_id, party=party)


def of_client(
    connection: Connection, client_id: str, *, status: str | None, before: str | None, most: int
) -> list[NamedBooking]:
    """Return at most ``most`` bookings of a client, the newest first, from those older than the id ``before``.

    A ``status`` of None returns bookings in any status.
    """
    return _named.page(connection, _of_client, before=before, most=most, party=client_id, of_status=status)


def of_worker(
    connection: Connection, worker_id: str, *, status: str | None, before: str | None, most: int
) -> list[NamedBooking]:
    """Return at most ``most`` bookings of a worker, the newest first, from those older than the id ``before``.

    A ``status`` of None returns bookings in any status.
    """
    return _named.page(connection, _of_worker, before=before, most=most, party=worker_id, of_status=status)
