"""The steps of an admin or an owner with an account, and the refusal of a step that its status does not allow."""

from __future__ import annotations

from domain.errors import Conflict
from domain.identity.accounts.states import AccountStatus, Role
from domain.steps import Step, in_words, instead

_S = AccountStatus

SUSPEND = Step("suspend it", "suspending it", Role.ADMIN, (_S.ACTIVE,), _S.SUSPENDED)
REINSTATE = Step("reinstate it", "reinstating it", Role.ADMIN, (_S.SUSPENDED,), _S.ACTIVE)
LEAVE = Step("leave", "leaving", "owner", (_S.ACTIVE,), _S.DEACTIVATED)
STEPS = (SUSPEND, REINSTATE, LEAVE)
STEP_TO = {step.after: step for step in STEPS}


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("account_status", f"The account is {in_words(status)}. {instead(step, status, STEPS)}")
