"""The statuses of a session, which refreshes prolong until it expires or ends."""

from enum import StrEnum


class SessionStatus(StrEnum):
    ACTIVE = "active"
    LOGGED_OUT = "logged_out"
    """Its owner ended it."""
    STOLEN = "stolen"
    """A refresh token was used twice: one of its two holders is a thief, and the server cannot tell which."""


TRANSITIONS: dict[SessionStatus, frozenset[SessionStatus]] = {
    SessionStatus.ACTIVE: frozenset({SessionStatus.LOGGED_OUT, SessionStatus.STOLEN}),
    SessionStatus.LOGGED_OUT: frozenset(),
    SessionStatus.STOLEN: frozenset(),
}
