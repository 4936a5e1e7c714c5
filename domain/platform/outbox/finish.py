"""End an attempt: its row is done, retried later, or dead.

State changes are fenced: they apply only while the row still carries the token of the claim.  The result of a late
process is stored in its attempt, even when its lease was lost.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, update

from domain.database import Connection
from domain.platform.outbox.claim import Claim
from domain.platform.outbox.states import AttemptOutcome, TaskStatus
from domain.platform.outbox.tables import attempt, in_status, outbox
from domain.schema import Instant

DETAIL_LIMIT = 2_000


class LeaseLost(Exception):
    """Another process has claimed the row; this transaction must roll back."""

    def __init__(self, row_id: str) -> None:
        super().__init__(f"the lease of {row_id} was lost")


_ours = (
    outbox.c.id == bindparam("row_id"),
    outbox.c.lease_token == bindparam("token"),
    in_status(TaskStatus.RUNNING),
)
_done = (
    update(outbox)
    .where(*_ours)
    .values(status=TaskStatus.DONE.value, finished_at=bindparam("now", type_=Instant()), lease_until=None, error=None)
)
_again = (
    update(outbox)
    .where(*_ours)
    .values(
        status=TaskStatus.PENDING.value,
        run_at=bindparam("at", type_=Instant()),
        lease_until=None,
        sent_at=None,
        error=bindparam("why"),
    )
)
_dead = (
    update(outbox)
    .where(*_ours)
    .values(
        status=TaskStatus.DEAD.value,
        finished_at=bindparam("now", type_=Instant()),
        lease_until=None,
        error=bindparam("why"),
    )
)
_end_attempt = (
    update(attempt)
    .where(attempt.c.outbox_id == bindparam("row_id"), attempt.c.n == bindparam("nth"))
    .values(
        finished_at=bindparam("now", type_=Instant()),
        outcome=bindparam("result"),
        provider_id=bindparam("at_provider"),
        detail=bindparam("what"),
        calls=bindparam("asked"),
    )
)


def end_attempt(
    connection: Connection,
    claim: Claim,
    outcome: AttemptOutcome,
    *,
    now: datetime,
    detail: str | None = None,
    provider_id: str | None = None,
) -> None:
    """Store the result of this attempt.  The update is never fenced: the result of a late process is still true."""
    connection.run(
        _end_attempt,
        row_id=claim.id,
        nth=claim.attempt,
        now=now,
        result=outcome.value,
        at_provider=provider_id,
        what=detail[:DETAIL_LIMIT] if detail else None,
        asked=claim.calls or None,
    )


def done(connection: Connection, claim: Claim, *, now: datetime) -> None:
    """Mark the row as done.  ``LeaseLost`` unless this claim still holds the lease."""
    _must_change(connection.run(_done, row_id=claim.id, token=claim.token, now=now).changed, claim)


def again(connection: Connection, claim: Claim, *, at: datetime, why: str) -> None:
    """Return the row to pending; its next attempt starts at ``at`` or later.  ``LeaseLost`` unless this claim still
    holds the lease."""
    changed = connection.run(_again, row_id=claim.id, token=claim.token, at=at, why=why[:DETAIL_LIMIT]).changed
    _must_change(changed, claim)


def bury(connection: Connection, claim: Claim, *, now: datetime, why: str) -> None:
    """End the row as dead: no attempts are left.  ``LeaseLost`` unless this claim still holds the lease."""
    changed = connection.run(_dead, row_id=claim.id, token=claim.token, now=now, why=why[:DETAIL_LIMIT]).changed
    _must_change(changed, claim)


def _must_change(changed: int, claim: Claim) -> None:
    if not changed:
        raise LeaseLost(claim.id)
