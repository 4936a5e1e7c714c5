"""The steps of a client or a worker with an offer, and the refusal of a step that its status does not allow."""

from __future__ import annotations

from domain.errors import Conflict
from domain.marketplace.offers.states import OfferStatus
from domain.steps import EITHER, Step, in_words, instead

ACCEPT = Step("accept it", "accepting it", EITHER, (OfferStatus.OPEN,), OfferStatus.ACCEPTED)
STEPS = (ACCEPT,)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("offer_status", f"The offer is {in_words(status)}. {instead(step, status, STEPS)}")
