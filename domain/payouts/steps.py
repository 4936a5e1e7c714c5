"""The steps that people take with a payout, and the error for a step in the wrong status."""

from __future__ import annotations

from domain.errors import Conflict
from domain.identity.accounts.states import Role
from domain.payouts.states import PayoutStatus
from domain.steps import Step, in_words, instead

RETRY = Step(
    "retry it", "retrying it", Role.WORKER, (PayoutStatus.FAILED, PayoutStatus.RETURNED), PayoutStatus.SCHEDULED
)
STEPS = (RETRY,)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("payout_not_failed", f"The payout is {in_words(status)}. {instead(step, status, STEPS)}")
