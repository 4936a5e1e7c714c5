"""The life of an application."""

from enum import StrEnum


class ApplicationState(StrEnum):
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    """The client keeps it in mind; nothing else changes."""
    HIRED = "hired"
    DECLINED = "declined"
    """By the client, or because somebody else was hired."""
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """Was hired, and the booking ended before the work began.  The job may go to somebody else."""


LIVE = (ApplicationState.SUBMITTED, ApplicationState.SHORTLISTED)
"""In these it can be hired, and its terms can change."""

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
