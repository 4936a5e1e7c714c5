"""The one table of queues, and of the Celery worker processes that serve them.

All other modules read it: the relay, the heartbeats that ``/health`` expects, the local stack, the chaos drill, Flower.
A new queue is one line here.  A new process also needs its service in ``docker-compose.prod.yml``, which a test checks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """A Celery worker process and the ``queues`` that it consumes.

    ``threads`` serve the queues of providers: their calls wait, under our own deadlines.  ``prefork`` is for tasks that
    Celery must be able to end.  ``at_least`` is how many of ``concurrency`` children stay while the queues are empty;
    each costs some 50 MB (``workers/autoscale.py``).
    """

    queues: tuple[str, ...]
    kind: str
    concurrency: int
    time_limit_s: int | None = None
    at_least: int | None = None


POOLS: dict[str, Pool] = {
    "payments": Pool(("payments",), "threads", 16),
    # A process for lookups alone would use 70 MB and mostly wait; AT_ONCE reserves threads for the webhooks.
    "webhooks": Pool(("webhooks", "lookups"), "threads", 12),
    "notifications": Pool(("notifications",), "threads", 8),
    "maintenance": Pool(("maintenance",), "prefork", 2, time_limit_s=900, at_least=1),
}
QUEUES = tuple(queue for pool in POOLS.values() for queue in pool.queues)
"""The queues, served round robin, so that none of them can block another."""
AT_ONCE = {"lookups": 8}
"""The most rows of a queue in the broker or running at once, if it shares a Celery worker's threads with another queue.

The other threads stay free for the other queue, however many rows wait in this one.
"""
CELERY_WORKERS = tuple(f"worker-{name}" for name in POOLS)
"""The roles of the Celery workers, and their names in the local stack and in compose."""
FORKING = tuple(f"worker-{name}" for name, pool in POOLS.items() if pool.kind == "prefork")
BEATING = ("relay", "beat", *CELERY_WORKERS)
"""The roles of which at least one process must have a heartbeat."""
