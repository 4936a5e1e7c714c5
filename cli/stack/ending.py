"""End a stack: in order, or at once."""

from __future__ import annotations

import signal
import time
from contextlib import suppress

from cli.stack.errors import StackError
from cli.stack.processes import processes_of, sweep, wait_until_gone
from cli.stack.supervisord import Supervisord

POLL_S = 0.1


def stop(supervisord: Supervisord, within_s: float) -> bool:
    """Drain and end every process, the web first and the broker last; False when none ran.

    ``StackError`` when that takes longer than ``within_s``, after all processes were killed.
    """
    if not supervisord.is_running():
        _sweep(supervisord)
        return False
    deadline = time.monotonic() + within_s
    while not drain(supervisord) and not supervisord.wait(POLL_S) and time.monotonic() < deadline:
        pass  # another command starts the stack, which accepts the signal once supervisord runs
    if not supervisord.wait(max(0.0, deadline - time.monotonic())):
        kill(supervisord)
        logs = supervisord.home / "logs"
        raise StackError(f"the stack did not end within {within_s:.0f} s and was killed; see {logs}")
    _sweep(supervisord)
    return True


def drain(supervisord: Supervisord) -> bool:
    """Start the drain, without a wait for its end; False when no supervisord runs yet."""
    return supervisord.signal(signal.SIGTERM)


def kill(supervisord: Supervisord) -> None:
    """Kill all processes at once."""
    supervisord.signal(signal.SIGKILL)
    supervisord.wait(5.0)
    # The kernel ends supervisord's children with it; their own children may need a moment, or a signal.
    wait_until_gone(processes_of(supervisord.home), 2.0)
    _sweep(supervisord)


def _sweep(supervisord: Supervisord) -> None:
    """End orphaned processes, under the lock.  When another command starts the stack now, that one sweeps."""
    if (supervisord.home / "run").is_dir():
        with suppress(StackError), supervisord.lock():
            sweep(supervisord.home)
            supervisord.forget_socket()
