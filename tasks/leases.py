"""Renew the leases of the rows that this process works on; end the process when work takes far too long.

Celery's thread pool cannot interrupt a thread.  So this file stops renewing the lease of a row whose work is past its
``max_runtime``, and another process takes the row over, in doubt.  At twice ``max_runtime`` the process itself ends:
what blocks one thread may block the others too.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from domain.database import Connection
from domain.platform.outbox import lease
from runtime import logging
from runtime.clock import Clock
from runtime.database import Database

log = logging.get("handwork.leases")
EXIT_STUCK = 70


@dataclass(frozen=True, slots=True)
class _Held:
    since: float
    max_runtime: float


def end_process() -> None:
    os._exit(EXIT_STUCK)


class Leases:
    """Thread-safe.  ``renew_every`` and ``length`` come from the settings."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        holder: str,
        *,
        length: timedelta,
        renew_every: timedelta,
        on_stuck: Callable[[], None] = end_process,
    ) -> None:
        self._database = database
        self._clock = clock
        self._holder = holder
        self._length = length
        self._renew_every = renew_every.total_seconds()
        self._on_stuck = on_stuck
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def hold(self, ids: Iterable[str], max_runtime: timedelta) -> None:
        held = _Held(time.monotonic(), max_runtime.total_seconds())
        with self._lock:
            self._held.update(dict.fromkeys(ids, held))

    def release(self, ids: Iterable[str]) -> None:
        with self._lock:
            for row_id in ids:
                self._held.pop(row_id, None)

    def count(self) -> int:
        with self._lock:
            return len(self._held)

    def _run(self) -> None:
        while not self._stop.wait(self._renew_every):
            self.renew_once()

    def renew_once(self) -> None:
        """Renew the leases of all rows whose work is in time, in one UPDATE; a failure is logged, not raised."""
        now = time.monotonic()
        with self._lock:
            held = dict(self._held)
        stuck = [row_id for row_id, h in held.items() if now - h.since > 2 * h.max_runtime]
        if stuck:
            log.critical("tasks stuck; the process exits", task_ids=stuck)
            self._on_stuck()
        young = [row_id for row_id, h in held.items() if now - h.since <= h.max_runtime]
        if not young:
            return
        until = self._clock() + self._length

        def unit(connection: Connection) -> int:
            return lease.renew(connection, young, holder=self._holder, until=until)

        try:
            self._database.write(unit)
        except Exception:
            log.exception("leases not renewed")
