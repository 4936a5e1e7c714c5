"""``python -m beat``: celery beat with our scheduler."""

from __future__ import annotations

from typing import Any

from celery import Celery, signals

import runtime.lean  # noqa: F401 - first: structlog looks for rich when it is imported
from runtime import logging
from runtime.database import DatabaseProblem, require_database
from runtime.settings import SettingsError, load


def _leave_logging_alone(**_: Any) -> None:
    """Do nothing: while this signal has a receiver, Celery adds no log handlers of its own."""


def main() -> None:
    logging.configure("beat")
    signals.setup_logging.connect(_leave_logging_alone, weak=False)
    settings = load()
    logging.configure("beat", level=settings.log_level, style=settings.log_format)
    require_database(settings.database)
    # This app registers no tasks: beat writes rows and publishes nothing, and the tasks take half a second to import.
    app = Celery("handwork", set_as_current=False)
    app.conf.update(worker_hijack_root_logger=False, enable_utc=True)
    app.Beat(
        scheduler="beat.scheduler:OutboxScheduler", quiet=True, loglevel=settings.log_level, redirect_stdouts=False
    ).run()


if __name__ == "__main__":
    try:
        main()
    except (SettingsError, DatabaseProblem) as error:
        logging.refuse(error)
