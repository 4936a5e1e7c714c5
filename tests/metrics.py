"""Samples of the metrics that the exporter reads from rows."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import CollectorRegistry

from runtime.database import Database
from runtime.storage import Room
from tests.clock import Clock
from workers.exporter import RowsCollector


def sample(database: Database, clock: Clock, name: str, **labels: str) -> float | None:
    """Return the value of a metric as the exporter tells it now; None without one."""
    registry = CollectorRegistry()
    registry.register(RowsCollector(database, clock, timedelta(seconds=15), lambda: Room("ok", 1 << 40, "/")))
    return registry.get_sample_value(name, labels)
