"""The steps of a client or a worker with a booking, and the refusal of a step that its status does not allow."""

from __future__ import annotations

from domain.bookings.states import BookingStatus
from domain.errors import Conflict
from domain.identity.accounts.states import Role
from domain.steps import EITHER, Step, in_words, instead

_S = BookingStatus
BEFORE_WORK = (_S.AWAITING_PAYMENT, _S.FUNDED)

PAY = Step("pay for it", "paying for it", Role.CLIENT, (_S.AWAITING_PAYMENT,), _S.FUNDED)
START = Step("start it", "starting it", Role.WORKER, (_S.FUNDED,), _S.IN_PROGRESS)
COMPLETE = Step("complete it", "completing it", Role.WORKER, (_S.IN_PROGRESS,), _S.COMPLETED)
REQUEST_CHANGES = Step("ask for changes", "asking for changes", Role.CLIENT, (_S.COMPLETED,), _S.IN_PROGRESS)
APPROVE = Step("approve it", "approving it", Role.CLIENT, (_S.COMPLETED,), _S.APPROVED)
CANCEL = Step("cancel it", "cancelling it", EITHER, BEFORE_WORK, _S.CANCELLED)
REPORT_NO_SHOW = Step("report a no-show", "reporting a no-show", EITHER, (_S.FUNDED,), _S.CANCELLED)
RESCHEDULE = Step("change its dates", "changing its dates", EITHER, BEFORE_WORK)
REVIEW = Step("review it", "reviewing it", EITHER, (_S.APPROVED,))
STEPS = (PAY, START, COMPLETE, REQUEST_CHANGES, APPROVE, CANCEL, REPORT_NO_SHOW, RESCHEDULE, REVIEW)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("booking_status", f"The booking is {in_words(status)}. {instead(step, status, STEPS)}")
