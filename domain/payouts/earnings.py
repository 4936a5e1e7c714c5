"""Sum up a worker's earnings by their stage."""

from __future__ import annotations

from collections import defaultdict

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.bookings.worker_share import WORKER_SHARE
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.read import balances_of
from domain.payouts.states import OPEN, PayoutStatus
from domain.payouts.tables import payout

AT_WORK = (BookingStatus.FUNDED, BookingStatus.IN_PROGRESS, BookingStatus.COMPLETED, BookingStatus.DISPUTED)
"""The statuses of a booking that is paid for and not released yet."""


class Earned(msgspec.Struct, frozen=True):
    """Earnings in one currency, in its minor units.

    ``held_minor``: for work that is paid for and not approved.  ``payable_minor``: earned and not sent.
    ``in_transit_minor``: on the way to the bank.  ``paid_minor``: arrived at the bank.  ``debt_minor``: what is
    deducted from future earnings.
    """

    currency: str
    held_minor: int
    payable_minor: int
    in_transit_minor: int
    paid_minor: int
    debt_minor: int


_shares = select(booking.c.currency, WORKER_SHARE).where(
    booking.c.worker_id == bindparam("of_worker"),
    booking.c.status.in_([literal_column(f"'{status.value}'") for status in AT_WORK]),
)
_payouts = select(payout.c.currency, payout.c.status, payout.c.amount_minor).where(
    payout.c.worker_id == bindparam("of_worker")
)


def earnings(connection: Connection, worker_id: str) -> list[Earned]:
    """Return the worker's earnings, one entry for each currency; empty for a worker without earnings."""
    sums: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for currency, share in connection.run(_shares, of_worker=worker_id).all():
        sums[currency]["held_minor"] += share
    for currency, status, amount in connection.run(_payouts, of_worker=worker_id).all():
        if status in OPEN:
            sums[currency]["in_transit_minor"] += amount
        elif status == PayoutStatus.PAID:
            sums[currency]["paid_minor"] += amount
    for name, account in (
        ("payable_minor", chart.worker_payable(worker_id)),
        ("debt_minor", chart.worker_debt(worker_id)),
    ):
        for currency, amount in balances_of(connection, account):
            sums[currency][name] += amount
    names = Earned.__struct_fields__[1:]
    return [Earned(currency, *(found[name] for name in names)) for currency, found in sorted(sums.items())]
