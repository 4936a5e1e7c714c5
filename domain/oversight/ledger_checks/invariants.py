"""Invariants of payments, bookings, refunds, payouts and the ledger; each breach is a sentence."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from domain.bookings import invariants as bookings
from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.database import Connection
from domain.ledger import invariants as ledger
from domain.ledger.checks import Check, literals, of_noun, of_transfers
from domain.ledger.codes import Code
from domain.ledger.tables import balance, transfer
from domain.payments.refunds import invariants as refunds
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.tables import refund
from domain.payments.states import PaymentStatus
from domain.payments.tables import payment
from domain.payouts import invariants as payouts

_capture = and_(transfer.c.cause_id == payment.c.id, transfer.c.code == Code.CAPTURE.value)
capture_differs = or_(transfer.c.amount_minor != payment.c.amount_minor, transfer.c.currency != payment.c.currency)
_captured_without_transfer = (
    select(payment.c.id)
    .outerjoin(transfer, _capture)
    .where(
        payment.c.status == PaymentStatus.CAPTURED.value,
        or_(transfer.c.id.is_(None), and_(transfer.c.booking_id.is_not(None), capture_differs)),
    )
)
_transfer_without_captured = (
    select(transfer.c.id)
    .outerjoin(payment, transfer.c.cause_id == payment.c.id)
    .where(
        transfer.c.code == Code.CAPTURE.value,
        func.coalesce(payment.c.status, "") != PaymentStatus.CAPTURED.value,
    )
)
_goes_back = (
    select(func.coalesce(func.sum(refund.c.amount_minor), 0))
    .where(refund.c.source == "held:" + booking.c.id, refund.c.booking_id == booking.c.id)
    .where(refund.c.status != RefundStatus.FAILED.value)
    .scalar_subquery()
)
_funded_not_held = (
    select(booking.c.id)
    .outerjoin(balance, and_(balance.c.account == "held:" + booking.c.id, balance.c.currency == booking.c.currency))
    .where(
        booking.c.status.in_(literals(BookingStatus.FUNDED, BookingStatus.IN_PROGRESS, BookingStatus.COMPLETED)),
        func.coalesce(balance.c.amount_minor, 0) + _goes_back != booking.c.total_minor,
    )
)
CHECKS: tuple[Check, ...] = (
    of_noun(
        "payment {} is captured, but the ledger does not have it, or funds a booking by another amount or currency",
        _captured_without_transfer,
        payment.c.id,
        "pay",
    ),
    of_transfers("transfer {} captures a payment that is not captured", _transfer_without_captured),
    of_noun(
        "booking {} is funded and not yet released, but its whole price is neither held nor refunded",
        _funded_not_held,
        booking.c.id,
        "bkg",
    ),
    *bookings.CHECKS,
    *refunds.CHECKS,
    *payouts.CHECKS,
    *ledger.CHECKS,
)


def breaches(connection: Connection, since: str | None = None) -> list[str]:
    """Return a sentence for each breach, at most 20 of each kind; empty when there is none.

    ``since``, an id without its prefix, limits the check to newer rows, and to rows that newer transfers were
    posted for.
    """
    return [sentence for check in CHECKS for sentence in check.breaches(connection, since)]
