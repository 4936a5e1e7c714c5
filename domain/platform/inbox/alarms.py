"""List and count alarms: events about our money that were not applied.  Alarms are never deleted: they are evidence."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, String, bindparam, func, literal_column, select, tuple_

from domain.database import Connection
from domain.errors import NotFound
from domain.platform.inbox.states import EventOutcome
from domain.platform.inbox.tables import inbox
from domain.schema import Instant


class Alarm(msgspec.Struct, frozen=True):
    """An alarm.  ``event_id`` is the provider's id of the event.

    ``subject_id`` is the id that the event names as ours, which may be forged; None when it names none.  ``why`` is the
    reason why the event was not applied.
    """

    event_id: str
    provider: str
    received_at: datetime
    handled_at: datetime
    subject_id: str | None
    why: str


IS_ALARM: ColumnElement[bool] = inbox.c.outcome == literal_column(f"'{EventOutcome.ALARM.value}'")
_received = inbox.c.received_at
_first_page = (
    select(inbox.c.event_id, inbox.c.provider, _received, inbox.c.handled_at, inbox.c.subject_id, inbox.c.detail)
    .where(IS_ALARM)
    .order_by(_received.desc(), inbox.c.event_id.desc())
    .limit(bindparam("most"))
)
_next_page = _first_page.where(
    _received <= bindparam("at", type_=Instant()),
    tuple_(_received, inbox.c.event_id)
    < tuple_(bindparam("at", type_=Instant()), bindparam("of_event", type_=String())),
)
_received_of = select(_received).where(IS_ALARM, inbox.c.event_id == bindparam("of_event"))
_count = select(func.count()).select_from(inbox).where(IS_ALARM)
_count_since = _count.where(_received >= bindparam("since", type_=Instant()))


def page(connection: Connection, *, before: str | None, most: int) -> list[Alarm]:
    """Return alarms, newest first.

    ``before`` is the last event id of the previous page; ``NotFound`` when no alarm has that id.
    """
    if before is None:
        rows = connection.run(_first_page, most=most).all()
    else:
        at: datetime | None = connection.run(_received_of, of_event=before).scalar()
        if at is None:
            raise NotFound(f"alarm {before}")
        rows = connection.run(_next_page, at=at, of_event=before, most=most).all()
    return [Alarm(*row) for row in rows]


def alarms(connection: Connection) -> int:
    """Return the number of all alarms."""
    return int(connection.run(_count).scalar())


def alarms_since(connection: Connection, since: datetime) -> int:
    """Return how many alarms were received since then."""
    return int(connection.run(_count_since, since=since).scalar())
