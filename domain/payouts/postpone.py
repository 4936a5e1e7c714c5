"""Retry a payout later, under another key, when its money is not available at the provider yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.payouts import read
from domain.payouts.states import PayoutStatus
from domain.payouts.tables import payout
from domain.payouts.work import Pay, pay_key
from domain.platform.outbox.enqueue import enqueue
from domain.schema import Instant

SHORTEST = timedelta(seconds=2)
LONGEST = timedelta(hours=1)

_renew = (
    update(payout)
    .where(payout.c.id == bindparam("payout_id"), payout.c.status == PayoutStatus.SUBMITTING.value)
    .values(generation=bindparam("nth"), submitted_at=bindparam("now", type_=Instant()))
)


def postpone(connection: Connection, cause: Cause, payout_id: str) -> None:
    """Queue ``Pay`` again after half the time since the transfer; do nothing when the payout has moved on."""
    found = read.by_id(connection, payout_id)
    following = found.generation + 1
    if not connection.run(_renew, payout_id=found.id, nth=following, now=cause.now).changed:
        return
    waited = cause.now - (found.transferred_at or cause.now)
    at = cause.now + max(SHORTEST, min(LONGEST, waited / 2))
    enqueue(connection, cause, Pay(payout_id=found.id), run_at=at, unique_key=pay_key(found.id, following))
