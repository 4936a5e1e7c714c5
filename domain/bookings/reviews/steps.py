"""The steps of an admin with a review or a report, and the refusal of a step that its status does not allow."""

from __future__ import annotations

from domain.bookings.reviews.states import ReportStatus, ReviewStatus
from domain.errors import Conflict
from domain.identity.accounts.states import Role
from domain.steps import Step, in_words, instead

HIDE = Step("hide it", "hiding it", Role.ADMIN, (ReviewStatus.PUBLISHED,), ReviewStatus.HIDDEN)
RESTORE = Step("restore it", "restoring it", Role.ADMIN, (ReviewStatus.HIDDEN,), ReviewStatus.PUBLISHED)
STEPS = (HIDE, RESTORE)
DISMISS = Step("dismiss it", "dismissing it", Role.ADMIN, (ReportStatus.OPEN,), ReportStatus.DISMISSED)
REPORT_STEPS = (DISMISS,)


def require(step: Step, status: str) -> None:
    """Raise ``Conflict``, which names the status and the next step, unless ``step`` starts in ``status``."""
    if status not in step.before:
        raise Conflict("review_status", f"The review is {in_words(status)}. {instead(step, status, STEPS)}")


def require_of_report(step: Step, status: str) -> None:
    """Raise ``Conflict`` as ``require`` does, for a report."""
    if status not in step.before:
        raise Conflict("report_status", f"The report is {in_words(status)}. {instead(step, status, REPORT_STEPS)}")
