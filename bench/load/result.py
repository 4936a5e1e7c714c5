"""The result of one run of load against one server."""

from __future__ import annotations

import msgspec

from bench.cpu import Spent


class LoadResult(msgspec.Struct, frozen=True):
    """Times in milliseconds as a client saw them; ``statuses`` counts answers by HTTP status.

    ``exhausted``: the list ended before the time did, so there is no rate.  ``spent``: the
    processor time meanwhile; None when nobody asked for it.
    """

    driver: str
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    socket_errors: int
    exhausted: bool
    statuses: dict[str, int]
    spent: Spent | None = None

    @property
    def per_second(self) -> float:
        """Good answers a second: one that failed fast is no achievement."""
        return self.good / self.seconds if self.seconds else 0.0

    @property
    def good(self) -> int:
        return sum(n for status, n in self.statuses.items() if status.startswith("2"))

    @property
    def bad(self) -> int:
        return sum(self.statuses.values()) - self.good + self.socket_errors
