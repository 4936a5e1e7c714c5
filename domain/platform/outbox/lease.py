"""Renew leases, and return the rows of expired ones to pending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from domain.database import Connection
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import in_status, outbox
from domain.schema import Instant, one_of

_renew = (
    update(outbox)
    .where(
        one_of(outbox.c.id, "ids"),
        outbox.c.worker == bindparam("holder"),
        in_status(TaskStatus.RUNNING),
    )
    .values(lease_until=bindparam("until", type_=Instant()))
)
_expired = (
    select(outbox.c.id)
    .where(
        in_status(TaskStatus.RUNNING),
        outbox.c.lease_until < bindparam("now", type_=Instant()),
    )
    .limit(500)
)
_take_back = (
    update(outbox)
    .where(
        one_of(outbox.c.id, "ids"),
        in_status(TaskStatus.RUNNING),
        outbox.c.lease_until < bindparam("now", type_=Instant()),
    )
    .values(status=TaskStatus.PENDING.value, lease_until=None, sent_at=None, error="the lease ran out")
)


def renew(connection: Connection, ids: Sequence[str], *, holder: str, until: datetime) -> int:
    """Renew the leases of all the rows that a process works on, in one UPDATE; return how many it still holds."""
    return connection.run(_renew, ids=list(ids), holder=holder, until=until).changed


def expired(connection: Connection, *, now: datetime) -> list[str]:
    """Return at most 500 running rows whose lease expired."""
    return [row[0] for row in connection.run(_expired, now=now).all()]


def take_back(connection: Connection, ids: Sequence[str], *, now: datetime) -> int:
    """Return rows with an expired lease to pending; return their number.

    Their attempt stays open, so the next claim is in doubt.
    """
    return connection.run(_take_back, ids=list(ids), now=now).changed
