"""Limit the rate of each queue by a token bucket in the relay, which is the only dispatcher."""

from __future__ import annotations


class Pace:
    """Allows ``rate_per_s`` rows a second, at most one second's worth at once.  ``now`` is a time in seconds."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}  # queue: tokens, as of when

    def allowed(self, queue: str, rate_per_s: float | None, most: int, now: float) -> int:
        """Return how many of ``most`` rows may go out now."""
        if rate_per_s is None:
            self._buckets.pop(queue, None)
            return most
        burst = max(1.0, rate_per_s)
        tokens, since = self._buckets.get(queue, (1.0, now))
        tokens = min(burst, tokens + (now - since) * rate_per_s)
        self._buckets[queue] = (tokens, now)
        return min(most, int(tokens))

    def spend(self, queue: str, rows: int) -> None:
        if queue in self._buckets:
            tokens, since = self._buckets[queue]
            self._buckets[queue] = (tokens - rows, since)
