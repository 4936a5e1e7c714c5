"""Cancel a booking because the other party did not come to the agreed start.

For now the result does not depend on the absent party: the booking is cancelled and the client gets everything back.
The reporting party is recorded for a future policy.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.bookings import read
from domain.bookings.note import Reason
from domain.bookings.read import Booking
from domain.bookings.states import BookingStatus
from domain.bookings.steps import REPORT_NO_SHOW, require
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.read import changes
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.settlement.cancel import call_off

PATIENCE = timedelta(hours=1)


def report_no_show(connection: Connection, cause: Cause, booking_id: str, *, note: str) -> Booking:
    """Cancel the booking; ``NotFound`` for strangers; ``Conflict`` unless it is funded and an hour past its start."""
    found = read.for_party(connection, booking_id, cause.actor)
    require(REPORT_NO_SHOW, found.status)
    if found.starts_at is None:
        raise Conflict(
            "no_agreed_start",
            "The booking has no agreed start. Agree on one before reporting a no-show, or cancel the booking.",
        )
    since = _awaited_since(connection, found, found.starts_at)
    if cause.now < since + PATIENCE:
        raise Conflict("too_early", f"A no-show can be reported from {since + PATIENCE:%Y-%m-%dT%H:%M:%SZ} on.")
    call_off(connection, cause, found, Reason.NO_SHOW, note)
    notify(connection, cause, found.other(cause.actor), Kind.BOOKING_NO_SHOW, found.id)
    return read.by_id(connection, found.id)


def _awaited_since(connection: Connection, found: Booking, starts_at: datetime) -> datetime:
    """Return the start, or the time of the payment if that is later: nobody has to come before the payment."""
    paid = [change.at for change in changes(connection, found.id) if change.to_status == BookingStatus.FUNDED]
    return max(starts_at, *paid)
