"""The Celery worker processes: which queues, which pool, how much at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """Provider queues run on threads (their calls wait, under our own deadlines); ``maintenance`` runs on
    prefork, where Celery can end what takes too long.  ``at_least``: of ``concurrency`` children, those that stay
    while nothing waits; each costs some 50 MB (``workers/autoscale.py``).

    ``lookups`` is served beside ``webhooks``: a process of its own would cost 70 MB to wait most of the time, and both
    learn what a provider did.  ``AT_ONCE`` leaves threads to the webhooks, however many look-ups are due.
    """

    queues: tuple[str, ...]
    kind: str
    concurrency: int
    time_limit_s: int | None = None
    at_least: int | None = None


POOLS: dict[str, Pool] = {
    "payments": Pool(("payments",), "threads", 16),
    "webhooks": Pool(("webhooks", "lookups"), "threads", 12),
    "notifications": Pool(("notifications",), "threads", 8),
    "maintenance": Pool(("maintenance",), "prefork", 2, time_limit_s=900, at_least=1),
}
