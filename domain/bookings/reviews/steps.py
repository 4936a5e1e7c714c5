"""The steps that admins take with a review or a report, and the refusal of one that comes at the wrong time."""

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
    """``Conflict`` names the state of a review and what to do instead, unless the step starts in this state."""
    if status not in step.before:
        raise Conflict("review_state", f"The review is {in_words(status)}. {instead(step, status, STEPS)}")


def require_of_report(step: Step, status: str) -> None:
    """As ``require``, for a report."""
    if status not in step.before:
        raise Conflict("report_state", f"The report is {in_words(status)}. {instead(step, status, REPORT_STEPS)}")
