"""The states of a session, which refreshes prolong until it expires or ends."""

from enum import StrEnum


class SessionState(StrEnum):
    ACTIVE = "active"
    LOGGED_OUT = "logged_out"
    """Its owner ended it."""
    STOLEN = "stolen"
    """A refresh token was used twice: one of its two holders is a thief, and the server cannot tell which."""


TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    SessionState.ACTIVE: frozenset({SessionState.LOGGED_OUT, SessionState.STOLEN}),
    SessionState.LOGGED_OUT: frozenset(),
    SessionState.STOLEN: frozenset(),
}
