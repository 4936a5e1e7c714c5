"""Restart the processes of a running stack, one after another, while the others serve and work.

The command sends each process its stop signal, and supervisord starts the process again.  So no process stays down,
even when the command is killed at any moment.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from cli.stack.errors import StackError
from cli.stack.programs import BROKER_RANK, SANDBOX_RANK, Program
from cli.stack.readiness import READY, Readiness
from cli.stack.supervised import ProcessInfo, Supervised
from cli.stack.supervisord import last_lines, log_of
from runtime.files import locked
from runtime.settings import Settings

KEPT = (BROKER_RANK, SANDBOX_RANK)
"""Broker and sandbox are not restarted: that would be an outage, though without losses."""
POLL_S = 0.05
AT_REST = ("STOPPED", "EXITED", "FATAL")
"""The states in which supervisor does not start a process automatically."""
SETTLED_S = 1
"""Seconds after which supervisor counts a process as up."""


class Rolling:
    """Restarts the processes of ``table``, which run with ``settings``."""

    def __init__(self, supervised: Supervised, home: Path, table: Sequence[Program], settings: Settings) -> None:
        self._supervised = supervised
        self._home = home
        # Workers first: they must know the tasks that the new relay, beat and web will queue.
        self._programs = sorted((p for p in table if p.rank not in KEPT), key=lambda p: p.rank)
        self._readiness = Readiness(table, settings)

    def run(self, say: Callable[[str], None], patience: Callable[[], None], within_s: float) -> None:
        """Restart all processes.

        ``say`` gets the name of each process that is ready again; ``patience`` is called before each restart, and may
        raise.  ``StackError`` when a process does not become ready: the later ones are not restarted.
        """
        # Two restarts at once could end both copies of a process.
        refusal = StackError(f"another restart is under way in {self._home}")
        with locked(self._home / "run" / "restart.lock", refusal=refusal):
            for program in self._programs:
                for name in program.process_names:
                    patience()
                    self._replace(program, name, within_s)
                    say(name)

    def _replace(self, program: Program, name: str, within_s: float) -> None:
        find = self._supervised.find
        before = find(name)
        if before.state in AT_REST:  # an operator stopped it, or supervisor no longer restarts it
            self._supervised.start(name)
        if before.pid:
            self._supervised.expect_end(name)
        end(before, program, find)
        deadline = time.monotonic() + within_s
        while not ((now := find(name)).pid not in (0, before.pid) and _is_up(now) and self._is_ready(now)):
            if time.monotonic() > deadline:
                log = log_of(self._home, name)
                raise StackError(
                    f"{name} is not ready again after {within_s:.0f} s; what comes after it was not restarted. "
                    f"Its log {log} ends with:\n{last_lines(log)}"
                )
            time.sleep(POLL_S)

    def _is_ready(self, process: ProcessInfo) -> bool:
        return self._readiness.states([process])[process.name] == READY


def end(process: ProcessInfo, program: Program, find: Callable[[str], ProcessInfo]) -> None:
    """Send a process its stop signal, and wait for its end; kill it after the program's ``stop_wait_s``."""
    if not process.pid:
        return
    _send(process.pid, signal.Signals[f"SIG{program.stop_signal}"])
    deadline = time.monotonic() + program.stop_wait_s
    while find(process.name).pid == process.pid:
        if time.monotonic() > deadline:
            _send(process.pid, signal.SIGKILL)
        time.sleep(POLL_S)


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _is_up(process: ProcessInfo) -> bool:
    return process.state == "RUNNING" and process.uptime_s >= SETTLED_S
