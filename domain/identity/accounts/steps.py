"""The steps of an admin or an owner with an account, and the refusal of a step that its state does not allow."""

from __future__ import annotations

from domain.errors import Conflict
from domain.identity.accounts.states import AccountState, Role
from domain.steps import Step, in_words, instead

_S = AccountState

SUSPEND = Step("suspend it", "suspending it", Role.ADMIN, (_S.ACTIVE,), _S.SUSPENDED)
REINSTATE = Step("reinstate it", "reinstating it", Role.ADMIN, (_S.SUSPENDED,), _S.ACTIVE)
LEAVE = Step("leave", "leaving", "owner", (_S.ACTIVE,), _S.DEACTIVATED)
STEPS = (SUSPEND, REINSTATE, LEAVE)
STEP_TO = {step.after: step for step in STEPS}


def require(step: Step, state: str) -> None:
    """Raise ``Conflict``, which names the state and the next step, unless ``step`` starts in ``state``."""
    if state not in step.before:
        raise Conflict("account_state", f"The account is {in_words(state)}. {instead(step, state, STEPS)}")
