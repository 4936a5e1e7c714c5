"""The statuses of a service token, and the transitions between them."""

from enum import StrEnum


class ServiceTokenStatus(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"


TRANSITIONS: dict[ServiceTokenStatus, frozenset[ServiceTokenStatus]] = {
    ServiceTokenStatus.ACTIVE: frozenset({ServiceTokenStatus.REVOKED}),
    ServiceTokenStatus.REVOKED: frozenset(),
}
