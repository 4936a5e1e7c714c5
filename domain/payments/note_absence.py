"""A look-up found nothing of what we sent: wait, look again, and only then send under a new key.

Providers list what they did a little late, so one empty answer proves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.payments import read
from domain.payments.tables import payment
from domain.schema import Instant

_note = (
    update(payment)
    .where(payment.c.id == bindparam("payment_id"))
    .values(
        absent_since=bindparam("since", type_=Instant()),
        generation=bindparam("nth"),
        submitted_at=bindparam("sent", type_=Instant()),
    )
)


def note_absence(connection: Connection, cause: Cause, payment_id: str, *, confirm_after: timedelta) -> datetime:
    """When to go on: after ``confirm_after`` for the second look-up, at once under a new key after that."""
    found = read.by_id(connection, payment_id)
    if found.absent_since is None:
        connection.run(_note, payment_id=found.id, since=cause.now, nth=found.generation, sent=found.submitted_at)
        return cause.now + confirm_after
    if cause.now - found.absent_since < confirm_after:
        return found.absent_since + confirm_after
    # A new key lives from now: with the old time it would count as forgotten by the provider at once.
    connection.run(_note, payment_id=found.id, since=None, nth=found.generation + 1, sent=cause.now)
    return cause.now
