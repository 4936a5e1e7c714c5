"""How each library sends a message from a process that is not a worker.

The peers are imported where they are used: ``bench --help`` works without the development lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from celery import Celery

Send = Callable[[str, int | str], object]
"""Takes the task's name, ``start`` or ``send``, and its only argument."""
Sender = Callable[[str], AbstractContextManager[Send]]
"""Takes the broker's address."""


@contextmanager
def celery(broker_url: str) -> Iterator[Send]:
    app = Celery("bare", broker=broker_url)
    tasks = {name: app.signature(name) for name in ("start", "send")}
    yield lambda task, argument: tasks[task].apply_async((argument,))
    app.close()


@contextmanager
def dramatiq(broker_url: str) -> Iterator[Send]:
    from dramatiq import Message
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=broker_url)  # type: ignore[no-untyped-call]  # dramatiq's
    broker.declare_queue("default")
    yield lambda task, argument: broker.enqueue(Message[None]("default", task, (argument,), {}, {}))
    broker.close()


@contextmanager
def taskiq(broker_url: str) -> Iterator[Send]:
    """On a loop of its own, which runs while a message is sent."""
    from taskiq.kicker import AsyncKicker
    from taskiq_redis import ListQueueBroker

    loop = asyncio.new_event_loop()
    broker = ListQueueBroker(broker_url)
    loop.run_until_complete(broker.startup())
    kicker = AsyncKicker[..., None]
    yield lambda task, argument: loop.run_until_complete(kicker(task, broker, {}).kiq(argument))
    loop.run_until_complete(broker.shutdown())
    loop.close()
