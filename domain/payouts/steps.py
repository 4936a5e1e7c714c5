"""The steps that people take with a payout, and the error for a step in the wrong state."""

from __future__ import annotations

from domain.errors import Conflict
from domain.identity.accounts.states import Role
from domain.payouts.states import PayoutState
from domain.steps import Step, in_words, instead

RETRY = Step("retry it", "retrying it", Role.WORKER, (PayoutState.FAILED, PayoutState.RETURNED), PayoutState.SCHEDULED)
STEPS = (RETRY,)


def require(step: Step, status: str) -> None:
    """Check that the step starts in this state; otherwise raise ``Conflict`` with the state and what to do instead."""
    if status not in step.before:
        raise Conflict("payout_not_failed", f"The payout is {in_words(status)}. {instead(step, status, STEPS)}")
