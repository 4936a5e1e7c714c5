"""The steps that people take with an offer, and the refusal of one that comes at the wrong time."""

from __future__ import annotations

from domain.errors import Conflict
from domain.marketplace.offers.states import OfferState
from domain.steps import EITHER, Step, in_words, instead

ACCEPT = Step("accept it", "accepting it", EITHER, (OfferState.OPEN,), OfferState.ACCEPTED)
STEPS = (ACCEPT,)


def require(step: Step, state: str) -> None:
    """``Conflict`` names the state and what to do instead, unless the step starts in this state."""
    if state not in step.before:
        raise Conflict("offer_state", f"The offer is {in_words(state)}. {instead(step, state, STEPS)}")
