"""Wait until the processes of a new stack are ready."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path

from cli.stack.errors import PortTaken, StackError
from cli.stack.readiness import READY, Readiness
from cli.stack.supervisord import Supervisord, last_lines

POLL_S = 0.1
LOOK_S = 1.0
TOO_OFTEN = 4
"""After this many starts a process that is not ready counts as failed."""


def wait_until_ready(
    manager: Supervisord,
    names: Collection[str],
    readiness: Readiness,
    foreign_process: Callable[[], str | None],
    logs: Path,
    within_s: float,
    say: Callable[[str], None],
    patience: Callable[[], None],
) -> None:
    """Wait until all named processes are ready.

    ``say`` gets the name of each ready process; ``patience`` is called at each poll and may raise.
    ``StackError`` with the end of a log when supervisor ends, a process keeps ending, or the time is up;
    ``PortTaken`` when ``foreign_process`` names a process on a port of ours.
    """
    waiting = dict.fromkeys(names)
    deadline = time.monotonic() + within_s
    starts = _Starts(manager, foreign_process, logs)
    while waiting:
        if manager.ended() is not None:
            if taken := foreign_process():
                raise PortTaken(taken)
            raise StackError(f"supervisord ended at once:\n{last_lines(manager.output)}")
        patience()
        starts.look()
        asked = [process for process in manager.processes() if process.name in waiting]
        for name, state in readiness.states(asked).items():
            if state == READY:
                del waiting[name]
                say(name)
        if waiting and time.monotonic() > deadline:
            first = next(iter(waiting))
            raise StackError(
                f"not ready after {within_s:.0f} s: {', '.join(waiting)}; "
                f"the log of {first} ends with:\n{last_lines(logs / f'{first}.log')}"
            )
        time.sleep(POLL_S)


class _Starts:
    """Counts the starts of each process, about once a second, by start time: one that ends at once has no pid."""

    def __init__(self, manager: Supervisord, foreign_process: Callable[[], str | None], logs: Path) -> None:
        self._manager = manager
        self._foreign_process = foreign_process
        self._logs = logs
        self._times: dict[str, set[int]] = defaultdict(set)
        self._next = 0.0

    def look(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_S
        if taken := self._foreign_process():
            raise PortTaken(taken)
        for process in self._manager.processes():
            self._times[process.name].add(process.started)
            if len(self._times[process.name] - {0}) >= TOO_OFTEN:
                log = self._logs / f"{process.name}.log"
                raise StackError(f"{process.name} keeps ending; its log {log} ends with:\n{last_lines(log)}")
