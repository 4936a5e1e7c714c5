"""List, stop and start the processes of a stack, through the RPC socket of its supervisord."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from xmlrpc.client import Error, Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from cli.stack.errors import StackError
from cli.stack.supervisord import Supervisord


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """One process of a stack.

    ``state`` is supervisor's: RUNNING, STARTING, BACKOFF (it ended at once), STOPPED, …; ``pid`` 0: none;
    ``started``: seconds since 1970 of the last start, 0 for never; ``restarts``: how often the process has ended
    unexpectedly since the stack's start."""

    name: str
    group: str
    state: str
    pid: int
    uptime_s: int
    said: str
    started: int
    restarts: int = 0


class Supervised:
    """The processes of the stack that ``supervisord`` runs."""

    def __init__(self, supervisord: Supervisord) -> None:
        self._supervisord = supervisord

    def processes(self) -> list[ProcessInfo]:
        """Return the processes; empty when supervisord does not run, has not opened its socket, or drains."""
        try:
            with self._rpc() as rpc:
                found: Any = rpc.supervisor.getAllProcessInfo()
                restarts = _restarts(rpc)
        except (OSError, Error):
            return []
        return [
            ProcessInfo(
                p["name"],
                p["group"],
                p["statename"],
                int(p["pid"]),
                max(0, int(p["now"] - p["start"])) if p["pid"] else 0,
                p["spawnerr"],
                int(p["start"]),
                restarts.get(p["name"], 0),
            )
            for p in found
        ]

    def find(self, name: str) -> ProcessInfo:
        """Return the process; ``StackError`` when there is none with this name."""
        for process in self.processes():
            if process.name == name:
                return process
        raise StackError(f"no process {name!r} runs in {self._supervisord.home}, or the stack ends")

    def restart(self, name: str) -> None:
        """Stop a process, start it again, and wait until it stays up."""
        self.stop(name)
        self.start(name)

    def stop(self, name: str) -> None:
        """Stop a process and wait for its end; do nothing when it does not run."""
        full_name = self._full_name(name)
        with suppress(Fault), self._rpc() as rpc:
            rpc.supervisor.stopProcess(full_name, True)

    def start(self, name: str) -> None:
        """Start a process and wait until it has stayed up for a second; ``StackError`` when it does not."""
        full_name = self._full_name(name)
        try:
            with self._rpc() as rpc:
                rpc.supervisor.startProcess(full_name, True)
        except Fault as fault:
            raise StackError(f"{full_name} does not start: {fault.faultString}") from fault

    def expect_end(self, name: str) -> None:
        """Have the next end of this process not counted as a restart; a supervisord without the counter ignores it."""
        with suppress(Fault), self._rpc() as rpc:
            rpc.count_ends.expect(name)

    def _full_name(self, name: str) -> str:
        return f"{self.find(name).group}:{name}"

    def _rpc(self) -> ServerProxy:
        transport = SupervisorTransport(None, None, f"unix://{self._supervisord.socket}")
        return ServerProxy("http://127.0.0.1", transport=transport)


def _restarts(rpc: ServerProxy) -> dict[str, int]:
    """Return how often each process ended unexpectedly; empty when the running supervisord has no such plug-in."""
    with suppress(Fault):
        counts: Any = rpc.count_ends.counts()
        return {name: int(count) for name, count in counts.items()}
    return {}
