"""The steps of a party with a proposal of other dates, and the refusal of a step that its state does not allow."""

from __future__ import annotations

from domain.bookings.reschedules.states import RescheduleState
from domain.errors import Conflict
from domain.steps import EITHER, Step, in_words, instead

_S = RescheduleState

ACCEPT = Step("accept it", "accepting it", EITHER, (_S.OPEN,), _S.ACCEPTED)
REFUSE = Step("refuse it", "refusing it", EITHER, (_S.OPEN,), _S.REFUSED)
STEPS = (ACCEPT, REFUSE)


def require(step: Step, state: str) -> None:
    """Raise ``Conflict``, which names the state and the next step, unless ``step`` starts in ``state``."""
    if state not in step.before:
        raise Conflict("reschedule_state", f"The proposal is {in_words(state)}. {instead(step, state, STEPS)}")
