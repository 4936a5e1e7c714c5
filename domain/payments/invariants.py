"""What must always be true of payments, bookings, refunds, payouts and the ledger; each breach is a sentence."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.sql.base import Executable

from domain.bookings import invariants as bookings
from domain.bookings.states import BookingState
from domain.bookings.tables import booking
from domain.database import Connection
from domain.ledger import chart, read
from domain.ledger.tables import balance, transfer
from domain.payments.states import PaymentState
from domain.payments.tables import payment
from domain.payouts import invariants as payouts
from domain.refunds import invariants as refunds
from domain.refunds.states import RefundState
from domain.refunds.tables import refund

_capture = and_(transfer.c.cause_id == payment.c.id, transfer.c.code == "capture")
_captured_without_transfer = (
    select(payment.c.id)
    .outerjoin(transfer, _capture)
    .where(
        payment.c.status == PaymentState.CAPTURED.value,
        func.coalesce(transfer.c.amount_minor, 0) != payment.c.amount_minor,
    )
    .limit(20)
)
_transfer_without_captured = (
    select(transfer.c.id)
    .outerjoin(payment, transfer.c.cause_id == payment.c.id)
    .where(
        transfer.c.code == "capture",
        func.coalesce(payment.c.status, "") != PaymentState.CAPTURED.value,
    )
    .limit(20)
)
_goes_back = (
    select(func.coalesce(func.sum(refund.c.amount_minor), 0))
    .where(refund.c.source == "held:" + booking.c.id, refund.c.booking_id == booking.c.id)
    .where(refund.c.status != RefundState.FAILED.value)
    .scalar_subquery()
)
_funded_not_held = (
    select(booking.c.id)
    .outerjoin(balance, and_(balance.c.account == "held:" + booking.c.id, balance.c.currency == booking.c.currency))
    .where(
        booking.c.status.in_([BookingState.FUNDED.value, BookingState.IN_PROGRESS.value, BookingState.COMPLETED.value]),
        func.coalesce(balance.c.amount_minor, 0) + _goes_back != booking.c.total_minor,
    )
    .limit(20)
)
_CHECKS: tuple[tuple[str, Executable], ...] = (
    ("payment {} is captured, but the ledger does not hold its amount", _captured_without_transfer),
    ("transfer {} captures a payment that is not captured", _transfer_without_captured),
    ("booking {} is funded and not yet released, but its whole price is neither held nor refunded", _funded_not_held),
    *bookings.CHECKS,
    *refunds.CHECKS,
    *payouts.CHECKS,
)


def breaches(connection: Connection) -> list[str]:
    """Empty when all is well; at most 20 of each kind."""
    found = [sentence.format(row[0]) for sentence, check in _CHECKS for row in connection.run(check).all()]
    return found + _balances_off(connection)


def _balances_off(connection: Connection) -> list[str]:
    summed = {
        (b.account, b.currency): b.amount_minor for b in read.trial_balance(connection) if chart.is_guarded(b.account)
    }
    kept = {(b.account, b.currency): b.amount_minor for b in read.guarded_balances(connection)}
    return [
        f"balance {account} {currency}: the row says {kept.get((account, currency), 0)}, "
        f"the transfers {summed.get((account, currency), 0)}"
        for account, currency in sorted(summed.keys() | kept.keys())
        if kept.get((account, currency), 0) != summed.get((account, currency), 0)
    ]
