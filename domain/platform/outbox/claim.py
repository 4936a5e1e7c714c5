"""Claim rows for work: a lease, a fencing token and an attempt, in one transaction.

A row is claimed *in doubt* when an earlier attempt never finished, or finished without knowing what the provider did.
Its Celery worker must then start with the same request key or a look-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Integer, String, bindparam, insert, or_, select, update

from domain.database import Connection
from domain.platform.outbox.calls import ProviderCall
from domain.platform.outbox.states import AttemptOutcome, TaskStatus
from domain.platform.outbox.tables import attempt, in_status, outbox
from domain.schema import Instant, one_of


class Claim(msgspec.Struct, frozen=True):
    """A row that this process holds until ``lease_until``, or until another process claims it with a higher token.

    ``calls`` grows with each call to the provider; the end of the attempt stores them.
    """

    id: str
    task: str
    args: str
    attempt: int
    token: int
    correlation_id: str
    created_at: datetime
    in_doubt: bool = False
    calls: list[ProviderCall] = msgspec.field(default_factory=list)


_claim = (
    update(outbox)
    .where(
        one_of(outbox.c.id, "ids"),
        outbox.c.task == bindparam("of_task", type_=String()),
        in_status(TaskStatus.PENDING, TaskStatus.SENT),
        outbox.c.run_at <= bindparam("now", type_=Instant()),
    )
    .values(
        status=TaskStatus.RUNNING.value,
        attempts=outbox.c.attempts + 1,
        lease_token=outbox.c.lease_token + 1,
        lease_until=bindparam("until"),
        worker=bindparam("holder"),
    )
    .returning(
        outbox.c.id,
        outbox.c.task,
        outbox.c.args,
        outbox.c.attempts,
        outbox.c.lease_token,
        outbox.c.correlation_id,
        outbox.c.created_at,
    )
)

_open_attempts = (
    select(attempt.c.outbox_id)
    .where(
        one_of(attempt.c.outbox_id, "ids"),
        or_(attempt.c.finished_at.is_(None), attempt.c.outcome == AttemptOutcome.UNKNOWN.value),
    )
    .distinct()
)

_begin_attempt = insert(attempt).values(
    outbox_id=bindparam("outbox_id", required=True),
    n=bindparam("n", required=True, type_=Integer()),
    task=bindparam("task", required=True),
    worker=bindparam("worker", required=True),
    request_key=bindparam("request_key", required=True),
    started_at=bindparam("started_at", required=True, type_=Instant()),
)


def claim(
    connection: Connection, ids: Sequence[str], *, task: str, now: datetime, until: datetime, holder: str
) -> list[Claim]:
    """Claim those of ``ids`` that are due and not held; return the claims, and an empty list when there are none.

    Rows of another task than ``task`` are left alone: a message may name any row, and one task could finish the work of
    another.  The caller runs ``begin_attempts`` in the same transaction.  ``holder`` names the process (``host:pid``);
    ``until`` is when the lease expires unless it is renewed.
    """
    rows = connection.run(_claim, ids=list(ids), of_task=task, now=now, until=until, holder=holder).all()
    claims = [Claim(*row) for row in rows]
    doubtful = _in_doubt(connection, [c.id for c in claims if c.attempt > 1])
    return [msgspec.structs.replace(c, in_doubt=True) if c.id in doubtful else c for c in claims]


def begin_attempts(
    connection: Connection, claims: Sequence[tuple[Claim, str | None]], *, now: datetime, holder: str
) -> None:
    """Record attempts before anything is sent, each with its request key."""
    connection.run_many(
        _begin_attempt,
        [
            {
                "outbox_id": c.id,
                "n": c.attempt,
                "task": c.task,
                "worker": holder,
                "request_key": request_key,
                "started_at": now,
            }
            for c, request_key in claims
        ],
    )


def _in_doubt(connection: Connection, ids: list[str]) -> set[str]:
    """Return the ids of rows in doubt.  First attempts have no earlier ones, so the usual claim runs no query here."""
    if not ids:
        return set()
    return {row[0] for row in connection.run(_open_attempts, ids=ids).all()}
