"""Show how long requests took, as a histogram, and why the slowest took so long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BOUNDS_MS = (2, 5, 10, 20, 50, 100, 200, 500, 1000)
BAR = 24
HASHING = ("/auth/register", "/auth/login")


@dataclass(frozen=True, slots=True)
class Timing:
    """A request that was answered.

    ``seconds``: from the last attempt to its answer; ``beside``: other requests that were open when it was sent;
    ``web_was_starting``: the web had not answered any request before; ``web_was_lost``: another request failed
    meanwhile."""

    method: str
    path: str
    seconds: float
    beside: int = 0
    web_was_starting: bool = False
    web_was_lost: bool = False


def reason(timing: Timing) -> str:
    """Return the most likely cause of a request's time, by what the client observed."""
    if timing.web_was_starting:
        return "waited for web to start"
    if timing.web_was_lost:
        return "the web was lost and came back meanwhile"
    beside = f", beside {timing.beside} other requests" if timing.beside else ""
    return f"hashed a password{beside}" if timing.path in HASHING else f"read or wrote the database{beside}"


def slowest(timings: Sequence[Timing]) -> str:
    if not timings:
        return "-"
    worst = max(timings, key=lambda timing: timing.seconds)
    return f"{worst.seconds * 1000:.0f} ms, {worst.method} {worst.path}: {reason(worst)}"


def histogram(timings: Sequence[Timing]) -> str:
    """Return the histogram, with one line for each bucket that has requests."""
    counts = dict.fromkeys((*BOUNDS_MS, None), 0)
    for timing in timings:
        counts[next((bound for bound in BOUNDS_MS if timing.seconds * 1000 <= bound), None)] += 1
    most = max(counts.values())
    lines = []
    for bound, count in counts.items():
        if count:
            name = f"{'≤' if bound else '>'} {bound or BOUNDS_MS[-1]:>4} ms"
            lines.append(f"{name} {'█' * max(1, round(BAR * count / most)):<{BAR}} {count}")
    return "\n".join(lines) or "-"
