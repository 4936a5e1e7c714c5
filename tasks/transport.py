"""Redis as Celery's transport, with a remedy for a fault of kombu and a quick reconnection after an outage.

When a broker dies, kombu drops its connection but may still use a channel of that connection: to restore messages that
were not acknowledged, or to acknowledge one.  The channel has no address then, and the ``AttributeError`` ends the
worker.  This transport raises ``NoConnection`` instead, and the worker connects again.

Celery waits longer after each try to connect, up to half a minute, and has no setting for the limit: tasks would wait
as long after the broker is back.
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
        found: Connection = super().ensure_connection(  # type: ignore[no-untyped-call]  # kombu's
            *args, **{"interval_max": TRY_EVERY_S, **options}
        )
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
    """Use this transport for ``redis://``: an address that named it would show it, and Flower would not know it."""
    TRANSPORT_ALIASES["redis"] = f"{__name__}:{Transport.__name__}"
