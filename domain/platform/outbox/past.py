"""Count the attempts before this one, by what came of them."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.platform.outbox.claim import Claim
from domain.platform.outbox.states import AttemptOutcome
from domain.platform.outbox.tables import attempt

MOST = 1_000
"""Attempts that are looked at; none retries so often, rate limits aside."""
_outcomes = (
    select(attempt.c.outcome)
    .where(attempt.c.outbox_id == bindparam("row_id"), attempt.c.n < bindparam("before"))
    .order_by(attempt.c.n.desc())
    .limit(MOST)
)


def outcomes_before(connection: Connection, claim: Claim) -> list[AttemptOutcome]:
    """The newest first, without rate limits: they say that the provider is busy, not that the work fails.

    An attempt without an end is one whose process died: unknown.
    """
    if claim.attempt == 1:
        return []
    rows = connection.run(_outcomes, row_id=claim.id, before=claim.attempt).all()
    found = [AttemptOutcome(row[0] or AttemptOutcome.UNKNOWN) for row in rows]
    return [outcome for outcome in found if outcome is not AttemptOutcome.RATE_LIMITED]


def streak(before: list[AttemptOutcome], outcome: AttemptOutcome) -> int:
    """How many attempts, this one included, ended in ``outcome`` without another outcome between them."""
    count = 1
    for earlier in before:
        if earlier is not outcome:
            break
        count += 1
    return count
