"""The steps of a party with a proposal of other dates, and the refusal of a step that its status does not allow."""

from __future__ import annotations

from domain.bookings.reschedules.states import RescheduleStatus
from domain.errors import Conflict
from domain.steps import EITHER, Step, in_words, instead

_S = RescheduleStatus

ACCEPT = Step("accept it", "accepting it", EITHER, (_S.OPEN,), _S.ACCEPTED)
REFUSE = Step("refuse it", "refusing it", EITHER, (_S.OPEN,), _S.REFUSED)
STEPS = (ACCEPT, REFUSE)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("reschedule_status", f"The proposal is {in_words(status)}. {instead(step, status, STEPS)}")
