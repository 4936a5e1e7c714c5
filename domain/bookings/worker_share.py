"""The worker's share of a booking, in minor units: the price less the worker's fee."""

from sqlalchemy import ColumnElement

from domain.bookings.tables import booking


def worker_share(price_minor: int, worker_fee_minor: int) -> int:
    return price_minor - worker_fee_minor


WORKER_SHARE: ColumnElement[int] = booking.c.price_minor - booking.c.worker_fee_minor
"""The same for SQL statements."""
