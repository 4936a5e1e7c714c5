"""``python -m workers NAME``: a Celery worker, the relay, the exporter or Flower."""

from __future__ import annotations

import argparse
import os
from importlib import import_module

import runtime.lean  # noqa: F401 - first: structlog looks for rich when it is imported
from domain.platform.queues import POOLS
from runtime import logging
from runtime.database import DatabaseProblem
from runtime.settings import SettingsError


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m workers",
        description="Run one process behind the web tier. Settings come from the environment, .env and the stack.",
    )
    parser.add_argument(
        "name",
        choices=[*POOLS, "relay", "exporter", "flower"],
        help="a Celery worker by its queue; relay: publishes due outbox rows; exporter: serves /metrics of the whole; "
        "flower: a page to watch Celery",
    )
    name = parser.parse_args().name
    logging.configure(f"worker-{name}" if name in POOLS else name)
    if name == "flower":
        # Flower's metrics stay on its own page.  prometheus_client reads this variable once, when it is imported.
        os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    # Each process imports its own module alone: all of them together cost every start half a second more.
    if name in POOLS:
        import_module("workers.celery").run(name)
    else:
        import_module({"relay": "workers.relay.main"}.get(name, f"workers.{name}")).run()


if __name__ == "__main__":
    try:
        main()
    except (SettingsError, DatabaseProblem) as error:
        logging.refuse(error)
