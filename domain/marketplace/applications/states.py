"""The statuses of an application, and the transitions between them."""

from enum import StrEnum


class ApplicationStatus(StrEnum):
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    """The client has marked the application; nothing else changes."""
    HIRED = "hired"
    DECLINED = "declined"
    """The client declined the application, or hired another worker, or the job ended."""
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """The worker was hired, and the booking ended before the work began.  The client may hire another worker."""


LIVE = (ApplicationStatus.SUBMITTED, ApplicationStatus.SHORTLISTED)
"""The statuses in which the client can hire the worker, and the terms can change."""

TRANSITIONS: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    ApplicationStatus.SUBMITTED: frozenset(
        {
            ApplicationStatus.SHORTLISTED,
            ApplicationStatus.HIRED,
            ApplicationStatus.DECLINED,
            ApplicationStatus.WITHDRAWN,
        }
    ),
    ApplicationStatus.SHORTLISTED: frozenset(
        {ApplicationStatus.HIRED, ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN}
    ),
    ApplicationStatus.HIRED: frozenset({ApplicationStatus.ENDED}),
    ApplicationStatus.DECLINED: frozenset(),
    ApplicationStatus.WITHDRAWN: frozenset(),
    ApplicationStatus.ENDED: frozenset(),
}
