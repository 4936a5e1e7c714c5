"""Put a worker to sleep past its lease, and wake it while another one is at work on its rows.

Its answers have come meanwhile, and it goes on where it was: what it then does to rows that are
somebody else's is what the fencing token is for.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

from cli.stack.processes import is_alive
from cli.stack.stack import Stack
from tests.drills.look import HOST, Look

TAKEN_OVER_WITHIN_S = 40.0


class Freezer(threading.Thread):
    """Until ``wanted`` times somebody else was at work when it woke, or ``stop`` is set."""

    def __init__(self, stack: Stack, name: str, wanted: int) -> None:
        super().__init__(name="freezer", daemon=True)
        self._stack = stack
        self._name = name
        self._wanted = wanted
        self.stop = threading.Event()
        self.hits = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        look = Look(self._stack.home)
        try:
            while not self.stop.is_set() and self.hits < self._wanted:
                self._freeze_once(look)
        except BaseException as error:  # noqa: BLE001 - the test asks for it
            self.failure = error
        finally:
            look.close()

    def _freeze_once(self, look: Look) -> None:
        pid = self._stack.pids().get(self._name)
        if pid is None or not self._soon(lambda: bool(look.running_at(pid)), 5.0) or not is_alive(pid):
            self.stop.wait(0.05)
            return
        os.kill(pid, signal.SIGSTOP)
        try:
            held = look.running_at(pid)
            self.hits += bool(held) and self._soon(lambda: at_work_elsewhere(look, pid, held), TAKEN_OVER_WITHIN_S)
        finally:
            os.kill(pid, signal.SIGCONT)

    def _soon(self, condition: Callable[[], bool], within_s: float) -> bool:
        deadline = time.monotonic() + within_s
        while not (held := condition()) and time.monotonic() < deadline and not self.stop.is_set():
            time.sleep(0.0005)
        return held


def at_work_elsewhere(look: Look, pid: int, rows: Sequence[str]) -> bool:
    marks = ", ".join("?" * len(rows))
    sql = f"SELECT count(*) FROM outbox WHERE state = 'running' AND worker <> ? AND id IN ({marks})"  # noqa: S608 - marks
    return bool(look.one(sql, f"{HOST}:{pid}", *rows))
