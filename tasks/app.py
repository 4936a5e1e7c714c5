"""The Celery app: pools, routing, inspection, and events for Flower.

Celery carries only hints.  The outbox holds each task, its outcome, the time of its next attempt and its end, so this
app has no result backend, no Celery retries, no ETAs and no Celery beat entries.
"""

from __future__ import annotations

from typing import Any

from celery import Celery

import tasks.accounts
import tasks.bookings
import tasks.emails
import tasks.jobs
import tasks.maintenance
import tasks.notifications
import tasks.payments
import tasks.payout_accounts
import tasks.payouts
import tasks.reconciliation
import tasks.refunds
import tasks.reviews
import tasks.webhooks  # noqa: F401 - importing them declares their tasks
from runtime.settings import load
from tasks import process, transport
from tasks.declare import REGISTRY, Durable

BROKER_TRANSPORT = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 2,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
}


def _configuration() -> dict[str, Any]:
    """Return Celery's settings; Celery calls this when the app is first used, not when this module is imported."""
    return {
        "broker_url": load().broker_url,
        "broker_transport_options": BROKER_TRANSPORT,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_pool_limit": 2,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        # Late acknowledgement and no prefetch serve fair dispatch; the outbox provides the safety.
        "task_acks_late": True,
        "worker_prefetch_multiplier": 1,
        "task_create_missing_queues": True,
        "worker_send_task_events": True,
        "worker_enable_remote_control": True,  # inspection only: workers/remote_control.py
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_soft_shutdown_timeout": 10,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "task_routes": {name: {"queue": task.queue} for name, task in REGISTRY.items()},
        "enable_utc": True,
    }


def create_app() -> Celery:
    transport.install()
    made = Celery("handwork", set_as_current=False, amqp=transport.Amqp)
    made.add_defaults(_configuration)
    for declared in REGISTRY.values():
        _register(made, declared)
    return made


def _register(made: Celery, declared: Durable) -> None:
    def run(ids: list[str]) -> int:
        """Work on those rows of ``ids`` that this process can claim, and return how many there were."""
        return process.engine().run(declared, ids)

    made.task(run, name=declared.name, ignore_result=True, max_retries=0)


app = create_app()
