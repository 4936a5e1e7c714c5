"""The steps of an admin with a review or a report, and the refusal of a step that its state does not allow."""

from __future__ import annotations

from domain.bookings.reviews.states import ReportState, ReviewState
from domain.errors import Conflict
from domain.identity.accounts.states import Role
from domain.steps import Step, in_words, instead

HIDE = Step("hide it", "hiding it", Role.ADMIN, (ReviewState.PUBLISHED,), ReviewState.HIDDEN)
RESTORE = Step("restore it", "restoring it", Role.ADMIN, (ReviewState.HIDDEN,), ReviewState.PUBLISHED)
STEPS = (HIDE, RESTORE)
DISMISS = Step("dismiss it", "dismissing it", Role.ADMIN, (ReportState.OPEN,), ReportState.DISMISSED)
REPORT_STEPS = (DISMISS,)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the state and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("review_state", f"The review is {in_words(status)}. {instead(step, status, STEPS)}")


def require_of_report(step: Step, status: str) -> None:
    """Raise ``Conflict`` as ``require`` does, for a report."""
    if status not in step.before:
        raise Conflict("report_state", f"The report is {in_words(status)}. {instead(step, status, REPORT_STEPS)}")
