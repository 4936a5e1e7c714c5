"""The states of an application, and the transitions between them."""

from enum import StrEnum


class ApplicationState(StrEnum):
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    """The client has marked the application; nothing else changes."""
    HIRED = "hired"
    DECLINED = "declined"
    """The client declined the application, or hired another worker, or the job ended."""
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """The worker was hired, and the booking ended before the work began.  The client may hire another worker."""


LIVE = (ApplicationState.SUBMITTED, ApplicationState.SHORTLISTED)
"""The states in which the client can hire the worker, and the terms can change."""

TRANSITIONS: dict[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.SUBMITTED: frozenset(
        {
            ApplicationState.SHORTLISTED,
            ApplicationState.HIRED,
            ApplicationState.DECLINED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.SHORTLISTED: frozenset(
        {ApplicationState.HIRED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.HIRED: frozenset({ApplicationState.ENDED}),
    ApplicationState.DECLINED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
    ApplicationState.ENDED: frozenset(),
}
