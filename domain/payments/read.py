"""Read payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.database import Connection
from domain.ledger.codes import Code
from domain.ledger.tables import transfer
from domain.payments.states import UNSETTLED
from domain.payments.tables import payment
from domain.schema import one_of
from domain.schema.reader import Reader, newest_first


class Payment(msgspec.Struct, frozen=True):
    id: str
    booking_id: str
    client_id: str
    provider: str
    payment_method: str | None
    amount_minor: int
    currency: str
    status: str
    provider_id: str | None
    charge_id: str | None
    client_secret: str | None
    next_action_url: str | None
    error_code: str | None
    error_message: str | None
    generation: int
    submitted_at: datetime | None
    absent_since: datetime | None
    created_at: datetime
    settled_at: datetime | None

    @property
    def is_unsettled(self) -> bool:
        """Return whether the payment waits for the provider, not for the client."""
        return self.status in UNSETTLED


_reader = Reader(payment, Payment)
by_id, find = _reader.by_id, _reader.find
_unsettled = select(payment.c.id).where(
    one_of(payment.c.id, "ids"), payment.c.status.in_([literal_column(f"'{status.value}'") for status in UNSETTLED])
)
_of_client = _reader.select.where(payment.c.client_id == bindparam("of_client"))
_for_client = _of_client.where(payment.c.id == bindparam("payment_id"))
_page = newest_first(_of_client, payment.c.id)
_capture_for_booking = select(transfer.c.cause_id).where(
    transfer.c.booking_id == bindparam("of_booking"), transfer.c.code == Code.CAPTURE.value
)
_funding = _reader.select.where(payment.c.id.in_(_capture_for_booking))


def for_client(connection: Connection, payment_id: str, client_id: str) -> Payment:
    """Return the payment; ``NotFound`` for everybody but the client who pays it."""
    return _reader.one(connection, _for_client, payment_id=payment_id, of_client=client_id)


def page(connection: Connection, client_id: str, *, before: str | None, most: int) -> list[Payment]:
    """Return a client's payments older than the id ``before``, newest first."""
    return _reader.page(connection, _page, of_client=client_id, before=before, most=most)


def unsettled_among(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of ``ids`` that wait for the provider."""
    return {row[0] for row in connection.run(_unsettled, ids=list(ids)).all()}


def funding(connection: Connection, booking_id: str) -> Payment | None:
    """Return the payment that funded the booking; None when no payment did."""
    return _reader.first(connection, _funding, of_booking=booking_id)
