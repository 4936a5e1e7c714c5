"""Flower with our settings: it shows the workers, the queues and the tasks, and changes nothing.

Flower runs in this process, so its login is neither an argument nor in an environment that other processes inherit.
"""

from __future__ import annotations

import logging as standard_logging

from flower.api.tasks import GetQueueLengths
from flower.app import Flower
from flower.options import options
from flower.urls import settings as page_settings
from flower.views.broker import BrokerView
from flower.views.monitor import Healthcheck, Metrics
from tornado.web import authenticated

from domain.platform.queues import QUEUES
from runtime import logging
from runtime.settings import Settings, SettingsError, load
from tasks.app import app

INSPECT_WITHIN_MS = 3_000.0
MOST_TASKS = 10_000
"""A task takes 4.5 kB: the 100,000 tasks of Flower's own setting would take 450 MB."""
FORGET_WORKERS_AFTER_S = 600
"""A container that was replaced has another name, so its old one never comes back."""


class _OurQueues:
    """Flower lists the queues of the workers that answered it, so a queue without a worker would be missing."""

    def get_active_queue_names(self) -> list[str]:
        return sorted(QUEUES)


class _BrokerPage(_OurQueues, BrokerView):  # type: ignore[misc]  # Flower's, without types
    pass


class _QueueLengths(_OurQueues, GetQueueLengths):  # type: ignore[misc]  # Flower's, without types
    pass


class _ClosedMetrics(Metrics):  # type: ignore[misc]  # Flower's, without types
    get = authenticated(Metrics.get)


class _ClosedHealthcheck(Healthcheck):  # type: ignore[misc]  # Flower's, without types
    get = authenticated(Healthcheck.get)


def build(settings: Settings) -> Flower:
    """Return Flower, ready to start; ``SettingsError`` without a login."""
    if not settings.flower_basic_auth:
        raise SettingsError("FLOWER_BASIC_AUTH: must be set: Flower shows every worker and task")
    # An inspection takes two connections, and Flower makes several at once: with a limit each inspection can hold one
    # connection and wait for another, so that Flower never shows a worker.
    app.conf.broker_pool_limit = None
    options.address = settings.flower_host
    options.port = settings.flower_port
    options.basic_auth = [settings.flower_basic_auth]
    options.inspect_timeout = INSPECT_WITHIN_MS
    options.max_tasks = MOST_TASKS
    options.read_only = True
    options.enable_events = False  # our workers send them from their start, and refuse the command
    options.tasks_columns = "name,args,state,worker,received,runtime,kwargs,uuid"
    options.purge_offline_workers = FORGET_WORKERS_AFTER_S
    made = Flower(capp=app, options=options, **page_settings)
    # These pages take precedence over Flower's own.
    pages = {
        r"/broker": _BrokerPage,
        r"/api/queues/length": _QueueLengths,
        r"/metrics": _ClosedMetrics,
        r"/healthcheck": _ClosedHealthcheck,
    }
    made.add_handlers(r".*", list(pages.items()))
    return made


def run() -> None:
    """Serve Flower until a signal ends the process, at once: Flower stores nothing."""
    settings = load()
    logging.configure("flower", level=settings.log_level, style=settings.log_format)
    standard_logging.getLogger("tornado.access").setLevel(standard_logging.ERROR)
    flower = build(settings)
    flower.start_http_server()
    flower.start()
