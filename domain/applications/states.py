"""The life of an application."""

from enum import StrEnum


class ApplicationState(StrEnum):
    SUBMITTED = "submitted"
    HIRED = "hired"
    DECLINED = "declined"
    """Somebody else was hired."""
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.SUBMITTED: frozenset(
        {ApplicationState.HIRED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.HIRED: frozenset(),
    ApplicationState.DECLINED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}
