"""Change a proposal's status by one conditional UPDATE."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.bookings.reschedules.states import TRANSITIONS, RescheduleStatus
from domain.bookings.reschedules.tables import reschedule
from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.history.record import record

_move = (
    update(reschedule)
    .where(reschedule.c.id == bindparam("reschedule_id"), reschedule.c.status == bindparam("before"))
    .values(status=bindparam("after"))
)


def move(
    connection: Connection, cause: Cause, reschedule_id: str, before: RescheduleStatus, after: RescheduleStatus
) -> None:
    """Move a proposal from ``before`` to ``after``.

    ``Conflict`` when ``TRANSITIONS`` does not allow that or the proposal is no longer in ``before``.
    """
    changed = connection.run(_move, reschedule_id=reschedule_id, before=before.value, after=after.value).changed
    if after not in TRANSITIONS[before] or not changed:
        raise Conflict("reschedule_status", f"The proposal is no longer {before}. Read it again.")
    record(connection, cause, reschedule_id, before, after)
