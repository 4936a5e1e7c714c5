"""End an attempt: done, again later, or dead.

State changes are fenced: they apply only while the row still carries the token of the claim.  What a
late process learnt is kept in its attempt whatever happened to the lease.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, update

from domain.database import Connection
from domain.platform.outbox.claim import Claim
from domain.platform.outbox.states import AttemptOutcome, TaskState
from domain.platform.outbox.tables import attempt, in_state, outbox
from domain.schema import Instant

DETAIL_LIMIT = 2_000


class LeaseLost(Exception):
    """Somebody else has the row now; nothing of this transaction may stay."""

    def __init__(self, row_id: str) -> None:
        super().__init__(f"the lease of {row_id} was lost")


_ours = (
    outbox.c.id == bindparam("row_id"),
    outbox.c.lease_token == bindparam("token"),
    in_state(TaskState.RUNNING),
)
_done = (
    update(outbox)
    .where(*_ours)
    .values(state=TaskState.DONE.value, finished_at=bindparam("now", type_=Instant()), lease_until=None, error=None)
)
_again = (
    update(outbox)
    .where(*_ours)
    .values(
        state=TaskState.PENDING.value,
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
        state=TaskState.DEAD.value,
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
    """Write what this attempt knows.  Never fenced: a late process's knowledge is knowledge."""
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
    """``LeaseLost`` unless the row is still ours."""
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
