"""Kill processes at random moments from a seed; supervisor restarts them."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from cli.stack.processes import children_of
from cli.stack.stack import Stack
from domain.platform.queues import CELERY_WORKERS

KINDS = (
    "web",
    "relay",
    *CELERY_WORKERS,
    "prefork child",
    "beat",
    "sandbox",
    "broker",
)


class Chaos:
    """Kills processes of a stack.  ``kills``: how many, by kind.  Every second kill of the broker deletes its data."""

    def __init__(self, stack: Stack, seed: int, kinds: Sequence[str] = KINDS) -> None:
        self._stack = stack
        self._random = random.Random(seed)
        self._kinds = kinds
        self._bag: list[str] = []
        self.kills: Counter[str] = Counter()
        self.flushes = 0

    async def run(self, until: asyncio.Event, mean_pause_s: float) -> None:
        """Kill one process after another, with pauses, until ``until`` is set; each round has every kind once."""
        while not until.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._random.uniform(0.2, 1.8) * mean_pause_s):
                    await until.wait()
            if not until.is_set():
                await asyncio.to_thread(self.kill_one)

    def kill_one(self) -> str | None:
        """Kill a process of the next kind, and return the kind; None when no such process ran at that moment."""
        if not self._bag:
            self._bag = self._random.sample(self._kinds, len(self._kinds))
        kind = self._bag.pop()
        pid = self._pid_of(kind)
        if pid is None:
            self._bag.insert(0, kind)
            return None
        if kind == "broker" and self.kills[kind] % 2:
            self._forget()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[kind] += 1
        return kind

    def _pid_of(self, kind: str) -> int | None:
        pids = self._stack.pids()
        if kind == "prefork child":
            parent = pids.get("worker-maintenance")
            children = children_of(parent) if parent else []
            return self._random.choice(children) if children else None
        running = sorted(name for name in pids if name == kind or (name.startswith(f"{kind}-") and name[-1].isdigit()))
        return pids[self._random.choice(running)] if running else None

    def _forget(self) -> None:
        """Delete the broker's append-only files, so that it restarts empty."""
        for file in (self._stack.home / "broker").rglob("*"):
            if file.is_file():
                file.unlink(missing_ok=True)
        self.flushes += 1
