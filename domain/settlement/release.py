"""Release an approved booking's money: to the worker, to us, and to the tax office."""

from __future__ import annotations

from domain.bookings.read import Booking
from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.ledger.read import balance_of
from domain.payouts.create import create


def release(connection: Connection, cause: Cause, booking: Booking) -> None:
    """Release the booking's money once, however often this is called; the caller has made the booking ``approved``.

    The worker's debt is settled first; the rest of their share becomes a payout.  Releasing more than is held
    fails in the database and rolls the transaction back.
    """
    held, payable = chart.held(booking.id), chart.worker_payable(booking.worker_id)
    share = booking.worker_share_minor
    shares = [
        (held, payable, share, Code.RELEASE_WORKER),
        (held, chart.PLATFORM_FEE, booking.client_fee_minor + booking.worker_fee_minor, Code.RELEASE_FEE),
        (held, chart.TAX, booking.tax_minor, Code.RELEASE_TAX),
    ]
    if not post(connection, cause, [_transfer(booking, *s) for s in shares if s[2] > 0]):
        return
    debt = chart.worker_debt(booking.worker_id)
    settled = min(share, balance_of(connection, debt, booking.currency))
    if settled > 0:
        post(connection, cause, [_transfer(booking, payable, debt, settled, Code.RELEASE_DEBT)])
    if share > settled:
        create(connection, cause, booking, share - settled)


def _transfer(booking: Booking, debit: str, credit: str, amount_minor: int, code: Code) -> Transfer:
    return Transfer(
        debit=debit,
        credit=credit,
        amount_minor=amount_minor,
        currency=booking.currency,
        code=code,
        unique_key=f"release:{booking.id}:{code.removeprefix('release_')}",
        cause_id=booking.id,
        booking_id=booking.id,
    )
