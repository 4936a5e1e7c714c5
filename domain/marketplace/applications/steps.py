"""The steps of a client or a worker with an application, and the refusal of a step that its status does not allow."""

from __future__ import annotations

from domain.errors import Conflict
from domain.identity.accounts.states import Role
from domain.marketplace.applications.states import LIVE, ApplicationStatus
from domain.steps import EITHER, Step, in_words, instead

_S = ApplicationStatus

SHORTLIST = Step("shortlist it", "shortlisting it", Role.CLIENT, (_S.SUBMITTED,), _S.SHORTLISTED)
DECLINE = Step("decline it", "declining it", Role.CLIENT, LIVE, _S.DECLINED)
WITHDRAW = Step("withdraw it", "withdrawing it", Role.WORKER, LIVE, _S.WITHDRAWN)
BARGAIN = Step("make an offer", "bargaining", EITHER, LIVE)
HIRE = Step("hire the worker", "hiring the worker", Role.CLIENT, LIVE, _S.HIRED)
STEPS = (SHORTLIST, DECLINE, WITHDRAW, BARGAIN, HIRE)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("application_status", f"The application is {in_words(status)}. {instead(step, status, STEPS)}")
