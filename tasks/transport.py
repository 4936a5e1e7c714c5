"""Redis as Celery's transport, without one fault of kombu's.

When a broker dies kombu gives its connection up, and may still ask a channel of it for something: to take back what was
not acknowledged, or an acknowledgement.  It finds no address there, and that ``AttributeError`` ends the worker.  Here
it is what it is, a connection that is gone, and the worker connects again.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as NoConnection


class _Channel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise NoConnection("the connection was given up")
        found: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]  # kombu's
        return found


class Transport(redis.Transport):
    Channel = _Channel


def install() -> None:
    """For ``redis://`` addresses: named in the address itself it would be shown, and Flower would not know it."""
    TRANSPORT_ALIASES["redis"] = f"{__name__}:{Transport.__name__}"
