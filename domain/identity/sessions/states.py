"""The life of a session: it goes on by refreshing until it ends."""

from enum import StrEnum


class SessionState(StrEnum):
    ACTIVE = "active"
    LOGGED_OUT = "logged_out"
    """Its owner ended it."""
    STOLEN = "stolen"
    """A refresh token came a second time: one of the two who have it is a thief, and we cannot tell which."""


TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    SessionState.ACTIVE: frozenset({SessionState.LOGGED_OUT, SessionState.STOLEN}),
    SessionState.LOGGED_OUT: frozenset(),
    SessionState.STOLEN: frozenset(),
}
