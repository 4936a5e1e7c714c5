"""Redis as Celery's transport, without one fault of kombu's, and back soon after an outage.

When a broker dies kombu gives its connection up, and may still ask a channel of it for something: to take back what was
not acknowledged, or an acknowledgement.  It finds no address there, and that ``AttributeError`` ends the worker.  Here
it is what it is, a connection that is gone, and the worker connects again.

Celery waits longer after each try to connect, up to half a minute, and has no setting for that: work would rest for so
long after a broker is back.
"""

from __future__ import annotations

from typing import Any

from celery.app.amqp import AMQP
from kombu.connection import Connection
from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as NoConnection

TRY_EVERY_S = 2.0


class _Connection(Connection):
    def ensure_connection(self, *args: Any, **options: Any) -> Connection:
        found: Connection = super().ensure_connection(*args, **{"interval_max": TRY_EVERY_S, **options})  # type: ignore[no-untyped-call]  # kombu's
        return found


class Amqp(AMQP):  # type: ignore[misc]  # Celery's, without types
    Connection = _Connection


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
