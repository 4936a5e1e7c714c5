"""Wait until the processes of a new stack are ready."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from cli.stack.errors import PortTaken, StackError
from cli.stack.plan import Plan
from cli.stack.readiness import READY, Readiness, foreign_process
from cli.stack.supervised import Supervised
from cli.stack.supervisord import Supervisord, last_lines, log_of

READY_WITHIN_S = 120.0
POLL_S = 0.1
LOOK_S = 1.0
TOO_OFTEN = 4
"""After this many starts a process that is not ready counts as failed."""
Say = Callable[[str], None]


def wait_until_ready(supervisord: Supervisord, plan: Plan, say: Say, patience: Callable[[], None]) -> None:
    """Wait until all processes of the plan are ready.

    ``say`` gets the name of each ready process; ``patience`` is called at each poll and may raise.
    ``StackError`` with the end of a log when supervisor ends, a process keeps ending, or the time is up;
    ``PortTaken`` when another program listens on a port of ours.
    """
    first = sorted(plan.programs, key=lambda p: (p.after_web, p.rank))
    waiting = dict.fromkeys(name for program in first for name in program.process_names)
    supervised, readiness = Supervised(supervisord), Readiness(plan.programs, plan.settings)
    deadline = time.monotonic() + READY_WITHIN_S
    starts = _Starts(supervised, plan)
    while waiting:
        if supervisord.ended() is not None:
            _refuse_foreign_process(plan)
            raise StackError(f"supervisord ended at once:\n{last_lines(supervisord.output)}")
        patience()
        starts.look()
        asked = [process for process in supervised.processes() if process.name in waiting]
        for name, state in readiness.states(asked).items():
            if state == READY:
                del waiting[name]
                say(name)
        if waiting and time.monotonic() > deadline:
            late = next(iter(waiting))
            raise StackError(
                f"not ready after {READY_WITHIN_S:.0f} s: {', '.join(waiting)}; "
                f"the log of {late} ends with:\n{last_lines(log_of(plan.home, late))}"
            )
        time.sleep(POLL_S)


class _Starts:
    """Counts the starts of each process, about once a second, by start time: one that ends at once has no pid."""

    def __init__(self, supervised: Supervised, plan: Plan) -> None:
        self._supervised = supervised
        self._plan = plan
        self._times: dict[str, set[int]] = defaultdict(set)
        self._next = 0.0

    def look(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_S
        _refuse_foreign_process(self._plan)
        for process in self._supervised.processes():
            self._times[process.name].add(process.started)
            if len(self._times[process.name] - {0}) >= TOO_OFTEN:
                log = log_of(self._plan.home, process.name)
                raise StackError(f"{process.name} keeps ending; its log {log} ends with:\n{last_lines(log)}")


def _refuse_foreign_process(plan: Plan) -> None:
    if taken := foreign_process(plan.programs, plan.home):
        raise PortTaken(taken)
