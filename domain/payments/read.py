"""Read payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.database import Connection
from domain.errors import NotFound
from domain.ledger.codes import Code
from domain.ledger.tables import transfer
from domain.payments.states import UNSETTLED
from domain.payments.tables import payment
from domain.schema import one_of


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


_columns = [payment.c[name] for name in Payment.__struct_fields__]
_by_id = select(*_columns).where(payment.c.id == bindparam("payment_id"))
_unsettled = select(payment.c.id).where(
    one_of(payment.c.id, "ids"), payment.c.status.in_([literal_column(f"'{status.value}'") for status in UNSETTLED])
)
_for_client = _by_id.where(payment.c.client_id == bindparam("of_client"))
_page = (
    select(*_columns)
    .where(payment.c.client_id == bindparam("of_client"), payment.c.id < bindparam("before"))
    .order_by(payment.c.id.desc())
    .limit(bindparam("most"))
)
_capture_for_booking = select(transfer.c.cause_id).where(
    transfer.c.booking_id == bindparam("of_booking"), transfer.c.code == Code.CAPTURE.value
)
_funding = select(*_columns).where(payment.c.id.in_(_capture_for_booking))


def by_id(connection: Connection, payment_id: str) -> Payment:
    found = find(connection, payment_id)
    if found is None:
        raise NotFound("payment")
    return found


def find(connection: Connection, payment_id: str) -> Payment | None:
    row = connection.run(_by_id, payment_id=payment_id).first()
    return Payment(*row) if row else None


def for_client(connection: Connection, payment_id: str, client_id: str) -> Payment:
    """Return the payment; ``NotFound`` for everybody but the client who pays it."""
    row = connection.run(_for_client, payment_id=payment_id, of_client=client_id).first()
    if row is None:
        raise NotFound("payment")
    return Payment(*row)


def page(connection: Connection, client_id: str, *, before: str | None, most: int) -> list[Payment]:
    """Return a client's payments older than the id ``before``, newest first."""
    rows = connection.run(_page, of_client=client_id, before=before or "~", most=most).all()
    return [Payment(*row) for row in rows]


def unsettled_among(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of ``ids`` that wait for the provider."""
    return {row[0] for row in connection.run(_unsettled, ids=list(ids)).all()}


def funding(connection: Connection, booking_id: str) -> Payment | None:
    """Return the payment that funded the booking; None when no payment did."""
    row = connection.run(_funding, of_booking=booking_id).first()
    return Payment(*row) if row else None
