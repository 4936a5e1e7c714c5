"""Pairs of times that workers note in a file, and what they say."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.targets import CouldNotRun

Times = list[tuple[int, int]]
"""Nanoseconds since 1970: sent and begun of a start, begun and ended of a send."""

_PATIENCE_S = 120


def read(path: Path) -> Times:
    """Return the notes so far; a line that is being written is left for later."""
    if not path.exists():
        return []
    whole = path.read_text().rpartition("\n")[0]
    return [(int(a), int(b)) for a, b in (line.split() for line in whole.splitlines())]


def wait_for(path: Path, count: int) -> Times:
    """All of them; ``CouldNotRun`` when nothing has come for two minutes."""
    wait_until(lambda: len(read(path)), count, "tasks ran")
    return read(path)


def wait_until(so_far: Callable[[], int], count: int, what: str) -> None:
    """``CouldNotRun`` when nothing has moved for two minutes before there are so many."""
    seen, since = -1, time.monotonic()
    while (found := so_far()) < count:
        if found > seen:
            seen, since = found, time.monotonic()
        if time.monotonic() - since > _PATIENCE_S:
            raise CouldNotRun(f"{found} of {count} {what}, and then none for {_PATIENCE_S} s")
        time.sleep(0.2)


def paced(rate: int, seconds: int, act: Callable[[], object]) -> int:
    """Call ``act`` ``rate`` times a second, on time whatever it takes; how often it was called."""
    began = time.perf_counter()
    for n in range(rate * seconds):
        delay = began + n / rate - time.perf_counter()
        if delay > 0:
            time.sleep(delay)
        act()
    return rate * seconds


def middle_rate(ended_ns: Sequence[int]) -> float:
    """Ends a second between the first tenth and the last: without the start and without the tail.

    ``ValueError`` for fewer than twenty.
    """
    if len(ended_ns) < 20:
        raise ValueError(f"{len(ended_ns)} ends are too few for a rate")
    ordered = sorted(ended_ns)
    first, last = len(ordered) // 10, len(ordered) * 9 // 10
    return (last - first) / ((ordered[last] - ordered[first]) / 1e9)
