"""The roles and the statuses of accounts."""

from enum import StrEnum


class Role(StrEnum):
    CLIENT = "client"
    """Posts jobs, hires, pays."""
    WORKER = "worker"
    """Applies, does the work, is paid.  The process is always called a Celery worker."""
    ADMIN = "admin"
    """Operates the platform."""


class AccountStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """An admin has shut the person out; the data stays."""
    DEACTIVATED = "deactivated"
    """The person has left the platform."""


TRANSITIONS: dict[AccountStatus, frozenset[AccountStatus]] = {
    AccountStatus.ACTIVE: frozenset({AccountStatus.SUSPENDED, AccountStatus.DEACTIVATED}),
    AccountStatus.SUSPENDED: frozenset({AccountStatus.ACTIVE}),
    AccountStatus.DEACTIVATED: frozenset(),
}
