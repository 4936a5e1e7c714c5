"""The steps of a client or a worker with an offer, and the refusal of a step that its state does not allow."""

from __future__ import annotations

from domain.errors import Conflict
from domain.marketplace.offers.states import OfferState
from domain.steps import EITHER, Step, in_words, instead

ACCEPT = Step("accept it", "accepting it", EITHER, (OfferState.OPEN,), OfferState.ACCEPTED)
STEPS = (ACCEPT,)


def require(step: Step, state: str) -> None:
    """Raise ``Conflict``, which names the state and the next step, unless ``step`` starts in ``state``."""
    if state not in step.before:
        raise Conflict("offer_state", f"The offer is {in_words(state)}. {instead(step, state, STEPS)}")
