"""The roles and the states of accounts."""

from enum import StrEnum


class Role(StrEnum):
    CLIENT = "client"
    """Posts jobs, hires, pays."""
    WORKER = "worker"
    """Applies, does the work, is paid.  The process is always called a Celery worker."""
    ADMIN = "admin"
    """Operates the platform."""


class AccountState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """An admin has shut the person out; the data stays."""
    DEACTIVATED = "deactivated"
    """The person has left the platform."""


TRANSITIONS: dict[AccountState, frozenset[AccountState]] = {
    AccountState.ACTIVE: frozenset({AccountState.SUSPENDED, AccountState.DEACTIVATED}),
    AccountState.SUSPENDED: frozenset({AccountState.ACTIVE}),
    AccountState.DEACTIVATED: frozenset(),
}
