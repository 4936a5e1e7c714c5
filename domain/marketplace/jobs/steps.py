"""The steps of a client or a worker with a job, and the refusal of a step that its status does not allow."""

from __future__ import annotations

from domain.errors import Conflict
from domain.identity.accounts.states import Role
from domain.marketplace.jobs.states import JobStatus
from domain.steps import EITHER, Step, in_words, instead

_S = JobStatus

PUBLISH = Step("publish it", "publishing it", Role.CLIENT, (_S.DRAFT, _S.EXPIRED), _S.OPEN)
CANCEL = Step("cancel it", "cancelling it", Role.CLIENT, (_S.DRAFT, _S.OPEN), _S.CANCELLED)
EDIT = Step("edit it", "editing it", Role.CLIENT, (_S.DRAFT, _S.OPEN, _S.EXPIRED))
APPLY = Step("apply for it", "applying for it", Role.WORKER, (_S.OPEN,))
INVITE = Step("invite a worker", "inviting a worker", Role.CLIENT, (_S.OPEN,))
BARGAIN = Step("make an offer", "bargaining", EITHER, (_S.OPEN,))
HIRE = Step("hire a worker", "hiring a worker", Role.CLIENT, (_S.OPEN,), _S.ASSIGNED)
STEPS = (PUBLISH, CANCEL, EDIT, APPLY, INVITE, BARGAIN, HIRE)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        code = "job_not_open" if step.before == (_S.OPEN,) else "job_status"
        raise Conflict(code, f"The job is {in_words(status)}. {instead(step, status, STEPS)}")
