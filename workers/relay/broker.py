"""The relay's side of the broker: publish hints, measure a queue, and notice that the broker lost its data."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import redis
from celery import Celery
from kombu.exceptions import BatchPublishError
from kombu.exceptions import OperationalError as KombuError

SENTINEL = "handwork:relay:sentinel"


class BrokerDown(Exception):
    """The broker did not take a message, or did not answer."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One message: which rows of one task may be run.  ``about`` names their subjects for Flower's list of tasks."""

    task: str
    queue: str
    ids: tuple[str, ...]
    about: str = ""


class Broker(Protocol):
    """The broker's operations that the relay needs; every method but ``close`` raises ``BrokerDown``."""

    def publish(self, hints: Sequence[Hint]) -> None: ...

    def length(self, queue: str) -> int:
        """Return the number of messages of a queue that no consumer has taken."""
        ...

    def has_forgotten(self) -> bool:
        """Return whether the broker restarted or lost its data since any relay last called ``remember``."""
        ...

    def remember(self) -> None: ...

    def close(self) -> None: ...


class RedisBroker:
    """Publishes through Celery, in one pipeline, with short time-outs and no retries: the next round retries."""

    def __init__(self, app: Celery, url: str) -> None:
        self._app = app
        self._url = url
        self._redis = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.3)
        self._connection: Any = None
        self._producer: Any = None
        self._run_id = ""

    def publish(self, hints: Sequence[Hint]) -> None:
        try:
            producer = self._open()
            with producer.batch():
                for hint in hints:
                    self._app.send_task(
                        hint.task,
                        kwargs={"ids": list(hint.ids)},
                        queue=hint.queue,
                        producer=producer,
                        retry=False,
                        argsrepr=hint.about,
                    )
        except (KombuError, BatchPublishError, redis.RedisError, OSError) as error:
            self._drop()
            raise BrokerDown(str(error)) from error

    def length(self, queue: str) -> int:
        try:
            return int(self._redis.llen(queue))
        except (redis.RedisError, OSError) as error:
            raise BrokerDown(str(error)) from error

    def has_forgotten(self) -> bool:
        """Return whether the broker's run id differs from the stored one: it restarted, or the key is lost."""
        try:
            info: Any = self._redis.info("server")
            left: Any = self._redis.get(SENTINEL)
        except (redis.RedisError, OSError) as error:
            raise BrokerDown(str(error)) from error
        self._run_id = str(info["run_id"])
        return bool(left != self._run_id.encode())

    def remember(self) -> None:
        try:
            self._redis.set(SENTINEL, self._run_id)
        except (redis.RedisError, OSError) as error:
            raise BrokerDown(str(error)) from error

    def close(self) -> None:
        self._drop()
        self._redis.close()

    def _open(self) -> Any:
        if self._producer is None:
            self._connection = self._app.connection_for_write(
                self._url,
                transport_options={"socket_timeout": 0.5, "socket_connect_timeout": 0.3, "max_retries": 1},
            )
            self._connection.connect()
            self._producer = self._app.amqp.Producer(self._connection, auto_declare=False)
            if not self._producer.supports_batch_publish:
                raise RuntimeError("the broker's transport cannot publish in batches")
        return self._producer

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(KombuError, redis.RedisError, OSError):  # the connection is dropped because it is broken
                self._connection.release()
        self._connection = self._producer = None
