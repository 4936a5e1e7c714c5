"""The processor time that a run of load took, from /proc: what bounds a rate when no core is left."""

from __future__ import annotations

import os
from collections.abc import Iterable
from operator import sub
from time import perf_counter

import msgspec

from bench.processes import PROC, children

TICKS = os.sysconf("SC_CLK_TCK")
_IDLE = (3, 4, 7)
"""Places of idle, iowait and steal (which another guest had) in the first line of /proc/stat."""


class Spent(msgspec.Struct, frozen=True):
    """Seconds of processor time: of the web processes, of the database server's processes, and of the whole machine,
    which also runs the driver, the broker and the relay; ``wall_s`` passed meanwhile."""

    web_s: float
    database_s: float
    machine_s: float
    wall_s: float

    def since(self, before: Spent) -> Spent:
        return Spent(*map(sub, msgspec.structs.astuple(self), msgspec.structs.astuple(before)))


def spent(web: Iterable[int], database: int | None) -> Spent:
    """So far.  ``database``: the pid of the server, None for a file."""
    of_database = of_server(database) if database is not None else 0.0
    return Spent(sum(map(of_process, web)), of_database, of_machine(), perf_counter())


def of_process(pid: int) -> float:
    """Its own, and that of its children that have ended; 0 of a process that is gone, whose parent has it now."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(field) for field in fields[11:15]) / TICKS


def of_server(pid: int) -> float:
    """Its own, and that of its children."""
    return of_process(pid) + sum(of_process(child) for child in children(pid))


def of_machine() -> float:
    """Return the busy seconds of all processors since the machine started."""
    fields = (PROC / "stat").read_text().splitlines()[0].split()[1:9]
    return sum(int(ticks) for place, ticks in enumerate(fields) if place not in _IDLE) / TICKS
