"""What the processes of a stack hold while it works, every few seconds, and by how much that grew."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import psutil

from bench.processes import Held, held
from cli.stack.stack import Stack
from runtime.database.engine import sqlite_path
from tests.drills.look import Look

FEWEST = 5
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Sample:
    """``held`` by the name of the process, without its clients' connections."""

    second: float
    payments: int
    open_rows: int
    log_mb: float
    held: Mapping[str, Held]


@dataclass
class Samples:
    """``names``: the processes that are looked at."""

    stack: Stack
    names: tuple[str, ...]
    started: float = field(default_factory=time.monotonic)
    taken: list[Sample] = field(default_factory=list)

    def take(self, look: Look) -> None:
        pids = self.stack.pids()
        found = {name: held(pids[name]) for name in self.names if name in pids}
        payments = look.one("SELECT count(*) FROM payment")
        now = {name: _own(one) for name, one in found.items() if one is not None}
        self.taken.append(Sample(time.monotonic() - self.started, payments, look.open_rows(), self._log_mb(look), now))

    def _log_mb(self, look: Look) -> float:
        """SQLite's write-ahead log."""
        if not look.is_sqlite:
            return 0.0
        path = sqlite_path(self.stack.settings().database)
        return path.with_name(f"{path.name}-wal").stat().st_size / MEGABYTE

    def table(self) -> str:
        """A line a sample: RSS in MB, open files and threads of each process."""
        lines = [" ".join(("    s", "payments", "open", "log MB", *(f"{name[-19:]:>19}" for name in self.names)))]
        for one in self.taken:
            cells = (_cell(one.held.get(name)) for name in self.names)
            head = f"{one.second:5.0f} {one.payments:8} {one.open_rows:4} {one.log_mb:6.1f}"
            lines.append(" ".join((head, *(f"{cell:>19}" for cell in cells))))
        return "\n".join(lines)

    def floors(self, name: str, after_s: float, of: Callable[[Held], float]) -> tuple[float, float]:
        """The least that it held in the first third of the time after ``after_s``, and in the last third.

        What comes and goes with the work, such as connections, falls back to where it was; what is never given back
        does not.  It must have been the same process all the time.
        """
        mine = [one.held[name] for one in self.taken if one.second >= after_s and name in one.held]
        assert len({one.pid for one in mine}) == 1, f"{name} was started again"
        third = len(mine) // 3
        assert third >= FEWEST, f"{name}: {len(mine)} samples are too few"
        return min(map(of, mine[:third])), min(map(of, mine[-third:]))


def _own(one: Held) -> Held:
    """Without the connections that its clients hold open: how many is theirs to say, minutes after they were used.

    One that its client has closed, and that was not closed here, is not established any more, and counts.
    """
    try:
        found = psutil.Process(one.pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return one
    ports = {c.laddr.port for c in found if c.status == psutil.CONN_LISTEN}
    theirs = sum(c.status == psutil.CONN_ESTABLISHED and c.laddr.port in ports for c in found)
    return msgspec.structs.replace(one, files=one.files - theirs)


def _cell(one: Held | None) -> str:
    return f"{one.rss_mb:.1f} {one.files:3} {one.threads:2}" if one is not None else "-"
