"""The log line of an attempt: one for every run of a row."""

from __future__ import annotations

import time
from dataclasses import dataclass

from domain.platform.outbox.claim import Claim
from domain.platform.outbox.states import AttemptOutcome
from runtime import logging

LOGGER = "handwork.tasks"


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """How an attempt ended.  ``bug``: an exception of our own code.  ``late``: another process holds the row now."""

    outcome: AttemptOutcome
    detail: str | None = None
    bug: Exception | None = None
    late: bool = False


def log_attempt(claim: Claim, subject_id: str, end: AttemptEnd, began: float) -> None:
    """Log one attempt, as a warning unless the attempt succeeded and was recorded in time.

    ``began`` is the ``perf_counter`` just after the claim; ``duration_ms`` is the time from then until the commit of
    the end.
    """
    fields = {
        "task": claim.task,
        "task_id": claim.id,
        "subject_id": subject_id,
        "attempt": claim.attempt,
        "outcome": end.outcome.value,
        "duration_ms": round((time.perf_counter() - began) * 1000, 1),
        "provider_ms": round(sum(call.ms for call in claim.calls), 1),
        "correlation_id": claim.correlation_id,
    }
    if end.outcome is AttemptOutcome.SUCCEEDED and not end.late:
        logging.write_line(LOGGER, "attempt ended", **fields)
    else:
        logging.get(LOGGER).warning("attempt ended", **fields, detail=end.detail, exc_info=end.bug)
