"""End an attempt: its row is done, runs again later, or is dead.  Each end is fenced, and recorded."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from domain.cause import SYSTEM, Cause, NewId
from domain.database import Connection
from domain.platform.outbox import finish
from domain.platform.outbox.claim import Claim
from domain.platform.outbox.finish import LeaseLost
from domain.platform.outbox.past import outcomes_before, streak
from domain.platform.outbox.states import AttemptOutcome
from domain.provider_errors import OutcomeUnknown, Refused, TryLater
from runtime.clock import Clock
from runtime.database import Database
from tasks.attempt_log import AttemptEnd
from tasks.declare import Again
from tasks.retry import Retry, after_limit


class Finisher:
    """Ends the attempts of one task, each in its own transaction; the writer gathers transactions of the same time."""

    def __init__(self, database: Database, clock: Clock, new_id: NewId, chance: random.Random, retry: Retry) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._chance = chance
        self._retry = retry

    async def nothing_to_do(self, claim: Claim) -> AttemptEnd:
        return await self.record(claim, lambda _connection, _cause: None, detail="nothing to do")

    async def record(
        self,
        claim: Claim,
        apply: Callable[[Connection, Cause], Again | None],
        result: Any = None,
        *,
        detail: str | None = None,
        effect_possible: bool = False,
    ) -> AttemptEnd:
        """Apply the ``result`` of the call, if there was one, and end the row, in one transaction."""
        now = self._clock()
        cause = Cause(now, SYSTEM, claim.correlation_id, self._new_id)
        succeeded = AttemptOutcome.SUCCEEDED

        def unit(connection: Connection) -> Again | None:
            again = apply(connection, cause)
            provider_id = _provider_id(result)
            finish.end_attempt(connection, claim, succeeded, now=now, detail=detail, provider_id=provider_id)
            self._end_row(connection, claim, again, now)
            return again

        try:
            again = await self._database.write_async(unit)
        except LeaseLost:
            return await self._keep_knowledge(claim, succeeded, detail if result is None else result)
        except Exception as error:  # noqa: BLE001 - a bug or a conflict: counted, stored in the attempt, retried
            return await self.failed(claim, error, effect_possible=effect_possible)
        return AttemptEnd(succeeded, again.why if again else detail)

    async def failed(self, claim: Claim, error: Exception, *, effect_possible: bool) -> AttemptEnd:
        """End a failed attempt: its row runs again after a delay; it is dead after the last attempt or when refused."""
        now = self._clock()
        outcome = _outcome_of(error, effect_possible=effect_possible)
        why = f"{type(error).__name__}: {error}"
        chance = self._chance.random()

        def unit(connection: Connection) -> None:
            before = outcomes_before(connection, claim)
            finish.end_attempt(connection, claim, outcome, now=now, detail=why)
            if outcome is AttemptOutcome.REFUSED or self._is_spent(before, outcome):
                finish.bury(connection, claim, now=now, why=why)
            else:
                delay = self._delay(error, streak(before, outcome), chance)
                finish.again(connection, claim, at=now + delay, why=why)

        try:
            await self._database.write_async(unit)
        except LeaseLost:
            return await self._keep_knowledge(claim, outcome, why)
        return AttemptEnd(outcome, why, error if outcome is AttemptOutcome.FAILED else None)

    def _end_row(self, connection: Connection, claim: Claim, again: Again | None, now: datetime) -> None:
        if again is None:
            finish.done(connection, claim, now=now)
        elif not again.early and self._is_spent(outcomes_before(connection, claim), AttemptOutcome.SUCCEEDED):
            finish.bury(connection, claim, now=now, why=again.why)
        else:
            finish.again(connection, claim, at=again.at, why=again.why)

    def _is_spent(self, before: list[AttemptOutcome], outcome: AttemptOutcome) -> bool:
        """Return whether this attempt was the row's last; a rate-limited attempt never is."""
        return outcome is not AttemptOutcome.RATE_LIMITED and self._retry.is_spent(len(before) + 1)

    def _delay(self, error: Exception, alike: int, chance: float) -> timedelta:
        """Return the wait before the next attempt.  ``alike``: how many attempts in a row ended as this one did."""
        if isinstance(error, TryLater) and error.retry_after_s is not None:
            return timedelta(seconds=error.retry_after_s)
        if isinstance(error, TryLater) and error.is_rate_limit:
            return after_limit(chance)
        return self._retry.delay(alike, chance)

    async def _keep_knowledge(self, claim: Claim, outcome: AttemptOutcome, result: Any) -> AttemptEnd:
        """Store what this attempt learnt, although another process holds the row now."""
        now = self._clock()
        detail = f"late: {result!r}"
        await self._database.write_async(
            lambda c: finish.end_attempt(c, claim, outcome, now=now, detail=detail, provider_id=_provider_id(result))
        )
        return AttemptEnd(outcome, "the lease was lost", late=True)


def _outcome_of(error: Exception, *, effect_possible: bool) -> AttemptOutcome:
    match error:
        case Refused():
            return AttemptOutcome.REFUSED
        case TryLater():
            return AttemptOutcome.RATE_LIMITED if error.is_rate_limit else AttemptOutcome.TRY_LATER
        case OutcomeUnknown() | TimeoutError():
            return AttemptOutcome.UNKNOWN
    # Our own code raised.  If the attempt had called the provider by then, the provider's outcome is not on record.
    return AttemptOutcome.UNKNOWN if effect_possible else AttemptOutcome.FAILED


def _provider_id(result: Any) -> str | None:
    found = getattr(result, "provider_id", None)
    return found if isinstance(found, str) else None
