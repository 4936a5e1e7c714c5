"""A thread that writes this process's row every few seconds."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from domain.database import Connection
from domain.platform.processes.beat import CLOCK_AHEAD_MS, Process, beat, leave
from runtime import logging
from runtime.clock import Clock, DatabaseClock
from runtime.database import Database

log = logging.get("handwork.heartbeat")

Health = Callable[[], tuple[bool | None, dict[str, Any]]]
"""Returns ``broker_ok`` (None: this process does not use the broker) and details for the process's row."""


def _nothing() -> tuple[bool | None, dict[str, Any]]:
    return None, {}


class Heartbeat:
    """``start`` writes the first row at once; ``stop`` ends the thread and deletes the row.

    Each row says by how many milliseconds this host's clock is ahead of the database's (``clock_ahead``).
    The thread touches ``file`` after each row whose ``broker_ok`` is not False: a health check without access to the
    database reads the file's age.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        role: str,
        *,
        every_ms: int,
        health: Health = _nothing,
        file: Path | None = None,
        clock_ahead: Callable[[], timedelta] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._health = health
        self._every = every_ms / 1000
        self._file = file
        self._clock_ahead = clock_ahead or (clock.look if isinstance(clock, DatabaseClock) else timedelta)
        started = clock()
        host, pid = socket.gethostname(), os.getpid()
        name = f"{host}:{pid}:{int(started.timestamp())}"[-40:]
        self._row = Process(name, role, host, pid, started, started, None, {})
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
            self._leave()

    def _leave(self) -> None:
        try:
            self._database.write(lambda c: leave(c, self._row.id))
        except Exception:  # the row expires instead
            log.exception("heartbeat row not deleted")

    def _run(self) -> None:
        self._beat()
        while not self._stop.wait(self._every):
            self._beat()

    def _beat(self) -> None:
        try:
            broker_ok, detail = self._health()
            detail = {**detail, CLOCK_AHEAD_MS: round(self._clock_ahead() / timedelta(milliseconds=1))}
            row = msgspec.structs.replace(self._row, seen_at=self._clock(), broker_ok=broker_ok, detail=detail)

            def unit(connection: Connection) -> None:
                beat(connection, row)

            self._database.write(unit)
            if self._file is not None and broker_ok is not False:
                self._file.touch()
        except Exception:
            log.exception("heartbeat not written")
