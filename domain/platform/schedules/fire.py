"""Fire a slot of a schedule: one outbox row for each slot, however many beats run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.work import Work
from domain.platform.schedules.tables import schedule
from domain.schema import Instant
from domain.schema.upsert import upsert

_insert = upsert(schedule).values(name=bindparam("name"), last_slot=bindparam("last_slot"))
_note = _insert.on_conflict_do_update(
    index_elements=[schedule.c.name],
    set_={"last_slot": _insert.excluded.last_slot},
    where=or_(
        schedule.c.last_slot < _insert.excluded.last_slot, schedule.c.last_slot > bindparam("now", type_=Instant())
    ),
)
_last = select(schedule.c.last_slot).where(schedule.c.name == bindparam("of_name"))


def fire(connection: Connection, cause: Cause, name: str, slot: datetime, work: Work) -> bool:
    """Queue the work of a slot; return True when this call queued it, False when it was queued before.

    A last slot in the future was fired by a clock that was ahead: it does not block earlier slots.
    """
    before = last_slot(connection, name)
    if before is not None and slot <= before <= cause.now:
        return False
    queued = enqueue(connection, cause, work, unique_key=f"{name}@{slot.isoformat()}")
    connection.run(_note, name=name, last_slot=slot, now=cause.now)
    return queued is not None


def last_slot(connection: Connection, name: str) -> datetime | None:
    found: datetime | None = connection.run(_last, of_name=name).scalar()
    return found
