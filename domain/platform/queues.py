"""The one table of queues, and of the Celery worker processes that serve them.

Everything else reads it: the relay, the heartbeats that ``/health`` expects, the local stack, the chaos drill, Flower.
A new queue is one line here; a new process also needs its service in ``docker-compose.prod.yml``, and a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """A process that takes from ``queues``.

    Queues of providers are served by ``threads``: their calls wait, under deadlines of ours. ``prefork`` is for what
    Celery must be able to end.  ``at_least``: how many of ``concurrency`` children stay while nothing waits; each costs
    some 50 MB (``workers/autoscale.py``).
    """

    queues: tuple[str, ...]
    kind: str
    concurrency: int
    time_limit_s: int | None = None
    at_least: int | None = None


POOLS: dict[str, Pool] = {
    "payments": Pool(("payments",), "threads", 16),
    # A process for lookups alone would cost 70 MB to wait most of the time; AT_ONCE leaves threads to the webhooks.
    "webhooks": Pool(("webhooks", "lookups"), "threads", 12),
    "notifications": Pool(("notifications",), "threads", 8),
    "maintenance": Pool(("maintenance",), "prefork", 2, time_limit_s=900, at_least=1),
}
QUEUES = tuple(queue for pool in POOLS.values() for queue in pool.queues)
"""Served round robin, so that none of them can bury another."""
AT_ONCE = {"lookups": 8}
"""How many rows of a queue are in the broker or at work at once, where it shares a Celery worker's threads with another
queue: the threads beyond that are the other queue's, however much waits in this one."""
CELERY_WORKERS = tuple(f"worker-{name}" for name in POOLS)
"""The roles of the Celery workers, and their names in the local stack and in compose."""
FORKING = tuple(f"worker-{name}" for name, pool in POOLS.items() if pool.kind == "prefork")
BEATING = ("relay", "beat", *CELERY_WORKERS)
"""The roles of which one process at least must have a heartbeat."""
