"""Change an offer's status by one conditional UPDATE."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record
from domain.marketplace.offers.states import TRANSITIONS, OfferStatus
from domain.marketplace.offers.tables import offer

_move = (
    update(offer)
    .where(offer.c.id == bindparam("offer_id"), offer.c.status == bindparam("before"))
    .values(status=bindparam("after"))
)


def move(connection: Connection, cause: Cause, offer_id: str, before: OfferStatus, after: OfferStatus) -> None:
    """Move an offer from ``before`` to ``after``.

    ``Conflict`` when ``TRANSITIONS`` does not allow that or the offer is no longer in ``before``.
    """
    changed = connection.run(_move, offer_id=offer_id, before=before.value, after=after.value).changed
    if after not in TRANSITIONS[before] or not changed:
        raise Conflict("offer_status", f"The offer is no longer {before}. Read it again.")
    record(connection, cause, offer_id, before, after)
