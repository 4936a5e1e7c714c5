"""``python -m workers NAME``: a Celery worker, the relay, the exporter or Flower."""

from __future__ import annotations

import argparse
import sys

from runtime.database import DatabaseProblem
from runtime.settings import SettingsError
from workers import celery, exporter, flower
from workers.pools import POOLS
from workers.relay import main as relay


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
    if name == "relay":
        relay.run()
    elif name == "exporter":
        exporter.run()
    elif name == "flower":
        flower.run()
    else:
        celery.run(name)


if __name__ == "__main__":
    try:
        main()
    except (SettingsError, DatabaseProblem) as error:
        sys.exit(f"handwork: {error}")
