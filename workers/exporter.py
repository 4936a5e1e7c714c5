"""Serve the metrics of the whole platform: figures that it reads from the database, and each process's counters."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from domain.database import Connection
from domain.ledger.read import Balance
from domain.oversight.ledger_checks.alarms import counts as taken_otherwise
from domain.oversight.ledger_checks.check import Scope
from domain.oversight.ledger_checks.read import LedgerCheck, last, totals_now
from domain.payments.refunds.overview import failed_and_waiting
from domain.platform.inbox.alarms import alarms
from domain.platform.outbox.control import QueueControl, controls
from domain.platform.outbox.read import QueueCount, counts
from domain.platform.processes.beat import Process, seen_since
from runtime import logging
from runtime.clock import Clock, open_clock
from runtime.database import Database, open_database
from runtime.heartbeat import Heartbeat
from runtime.settings import load
from runtime.storage import Room, room_of_data

Found = tuple[
    list[QueueCount], dict[str, QueueControl], list[Process], list[Balance], list[LedgerCheck], int, dict[str, int]
]


class RowsCollector(Collector):
    """Queue depths and ages, dead letters, pauses and heartbeats, read from the database at each scrape."""

    def __init__(self, database: Database, clock: Clock, alive_within: timedelta, room: Callable[[], Room]) -> None:
        self._database = database
        self._clock = clock
        self._alive_within = alive_within
        self._room = room

    def collect(self) -> Iterator[Metric]:
        now = self._clock()
        rows, rules, alive, ledger, checks, failed, wrong = self._database.read(self._look)
        depth = GaugeMetricFamily("outbox_rows", "Outbox rows that are open or dead", labels=["queue", "status"])
        age = GaugeMetricFamily(
            "outbox_oldest_seconds", "How long the oldest row has been due", labels=["queue", "status"]
        )
        for row in rows:
            depth.add_metric([row.queue, row.status], row.rows)
            age.add_metric([row.queue, row.status], max(0.0, (now - row.oldest).total_seconds()))
        paused = GaugeMetricFamily("queue_paused", "1 for a queue that an operator paused", labels=["queue"])
        for rule in rules.values():
            paused.add_metric([rule.queue], float(rule.paused))
        processes = GaugeMetricFamily("processes_alive", "Processes heard of lately", labels=["role"])
        for role in sorted({p.role for p in alive}):
            processes.add_metric([role], sum(p.role == role for p in alive))
        money = GaugeMetricFamily("ledger_minor", "The ledger by kind of account", labels=["account", "currency"])
        for total in ledger:
            money.add_metric([total.account, total.currency], total.amount_minor)
        breach = GaugeMetricFamily("ledger_breaches", "What the last check of the books found broken", labels=["scope"])
        checked = GaugeMetricFamily("ledger_check_age_seconds", "How old the last check is", labels=["scope"])
        for check in checks:
            breach.add_metric([check.scope], len(check.sentences))
            checked.add_metric([check.scope], (now - check.at).total_seconds())
        refunds = GaugeMetricFamily("refunds_failed", "Refunds that failed and that nobody has tried again")
        refunds.add_metric([], failed)
        room = GaugeMetricFamily("storage_free_bytes", "Room on the disk of the data")
        room.add_metric([], self._room().free_bytes)
        alarm = CounterMetricFamily("money_alarms_total", "Money that is not as we ordered it", labels=["kind"])
        for kind, number in wrong.items():
            alarm.add_metric([kind], number)
        yield from (depth, age, paused, processes, money, breach, checked, refunds, room, alarm)

    def _look(self, connection: Connection) -> Found:
        since = self._clock() - self._alive_within
        return (
            counts(connection),
            controls(connection),
            seen_since(connection, since),
            totals_now(connection),
            [check for scope in Scope if (check := last(connection, scope)) is not None],
            failed_and_waiting(connection),
            {"event_refused": alarms(connection), **taken_otherwise(connection)},
        )


def run() -> None:
    """Serve the metrics until SIGTERM or SIGINT."""
    settings = load()
    logging.configure("exporter", level=settings.log_level, style=settings.log_format)
    database = open_database(settings.database)
    clock = open_clock(database)
    registry = CollectorRegistry()
    alive_within = timedelta(milliseconds=3 * settings.heartbeat_ms)
    registry.register(RowsCollector(database, clock, alive_within, lambda: room_of_data(settings)))
    if settings.metrics_dir:
        MultiProcessCollector(registry, path=settings.metrics_dir)  # type: ignore[no-untyped-call]  # theirs
    heartbeat = Heartbeat(database, clock, "exporter", every_ms=settings.heartbeat_ms, file=settings.heartbeat)
    heartbeat.start()
    server, thread = start_http_server(settings.exporter_port, addr=settings.exporter_host, registry=registry)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    server.shutdown()
    thread.join()
    heartbeat.stop()
    database.close()
