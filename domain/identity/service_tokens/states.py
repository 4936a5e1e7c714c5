"""The states of a service token, and the transitions between them."""

from enum import StrEnum


class ServiceTokenState(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"


TRANSITIONS: dict[ServiceTokenState, frozenset[ServiceTokenState]] = {
    ServiceTokenState.ACTIVE: frozenset({ServiceTokenState.REVOKED}),
    ServiceTokenState.REVOKED: frozenset(),
}
