"""How each library sends a message from a process that is not a worker.

The peers are imported where they are used: ``bench --help`` works without the development lock.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

from celery import Celery

_MODULE = "bench.peers.queues.celery_tasks"


class Sender(ABC):
    @abstractmethod
    def send(self, task: str, argument: int | str) -> None:
        """``task``: ``start`` or ``send``, with its only argument."""

    @abstractmethod
    def close(self) -> None: ...


class CelerySender(Sender):
    def __init__(self, broker_url: str) -> None:
        self._app = Celery("bare", broker=broker_url)
        self._tasks = {name: self._app.signature(f"{_MODULE}.{name}") for name in ("start", "send")}

    def send(self, task: str, argument: int | str) -> None:
        self._tasks[task].apply_async((argument,))

    def close(self) -> None:
        self._app.close()


class DramatiqSender(Sender):
    def __init__(self, broker_url: str) -> None:
        import dramatiq
        from dramatiq.brokers.redis import RedisBroker

        self._message = dramatiq.Message[None]
        self._broker = RedisBroker(url=broker_url)  # type: ignore[no-untyped-call]  # dramatiq's
        self._broker.declare_queue("default")

    def send(self, task: str, argument: int | str) -> None:
        message = self._message("default", task, (argument,), {}, {})
        self._broker.enqueue(message)

    def close(self) -> None:
        self._broker.close()


class TaskiqSender(Sender):
    """On a loop of its own, which runs while a message is sent."""

    def __init__(self, broker_url: str) -> None:
        from taskiq.kicker import AsyncKicker
        from taskiq_redis import ListQueueBroker

        self._loop = asyncio.new_event_loop()
        self._kicker = AsyncKicker[..., None]
        self._broker = ListQueueBroker(broker_url)
        self._loop.run_until_complete(self._broker.startup())

    def send(self, task: str, argument: int | str) -> None:
        self._loop.run_until_complete(self._kicker(task, self._broker, {}).kiq(argument))

    def close(self) -> None:
        self._loop.run_until_complete(self._broker.shutdown())
        self._loop.close()
