"""Read the outcomes of the attempts before this one."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.platform.outbox.claim import Claim
from domain.platform.outbox.states import AttemptOutcome
from domain.platform.outbox.tables import attempt

MOST = 1_000
"""The most attempts that are read; no task retries so often, rate limits aside."""
_outcomes = (
    select(attempt.c.outcome)
    .where(attempt.c.outbox_id == bindparam("row_id"), attempt.c.n < bindparam("before"))
    .order_by(attempt.c.n.desc())
    .limit(MOST)
)


def outcomes_before(connection: Connection, claim: Claim) -> list[AttemptOutcome]:
    """Return the outcomes of earlier attempts, newest first.

    Rate limits are left out: they mean that the provider is busy, not that the work fails.  An attempt without an end
    is unknown: its process died.
    """
    if claim.attempt == 1:
        return []
    rows = connection.run(_outcomes, row_id=claim.id, before=claim.attempt).all()
    found = [AttemptOutcome(row[0] or AttemptOutcome.UNKNOWN) for row in rows]
    return [outcome for outcome in found if outcome is not AttemptOutcome.RATE_LIMITED]


def streak(before: list[AttemptOutcome], outcome: AttemptOutcome) -> int:
    """Return how many successive attempts, up to and with this one, ended in ``outcome``."""
    count = 1
    for earlier in before:
        if earlier is not outcome:
            break
        count += 1
    return count
