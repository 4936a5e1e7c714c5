"""The log line of an attempt: one for every run of a row."""

from __future__ import annotations

import time
from dataclasses import dataclass

from domain.platform.outbox.claim import Claim
from domain.platform.outbox.states import AttemptOutcome
from domain.platform.outbox.work import Work
from runtime import logging

LOGGER = "handwork.tasks"


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """How an attempt ended.  ``bug``: our own code raised it.  ``late``: another process holds the row by now."""

    outcome: AttemptOutcome
    detail: str | None = None
    bug: Exception | None = None
    late: bool = False


def log_attempt(claim: Claim, work: Work | None, end: AttemptEnd, began: float) -> None:
    """``began`` is the ``perf_counter`` of the moment after the claim; ``ms`` is from then until the end is committed.

    A warning for everything but a success that was recorded in time.
    """
    fields = {
        "task": claim.task,
        "id": claim.id,
        "subject": work.subject if work is not None else "",
        "attempt": claim.attempt,
        "outcome": end.outcome.value,
        "ms": round((time.perf_counter() - began) * 1000, 1),
        "provider_ms": round(sum(call.ms for call in claim.calls), 1),
        "correlation_id": claim.correlation_id,
    }
    if end.outcome is AttemptOutcome.SUCCEEDED and not end.late:
        logging.write_line(LOGGER, "attempt", **fields)
    else:
        logging.get(LOGGER).warning("attempt", **fields, detail=end.detail, exc_info=end.bug)
