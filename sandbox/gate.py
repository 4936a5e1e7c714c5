"""Apply the faults that come before a request's effect, for every provider."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from litestar.types import HTTPScope, Receive

from sandbox.connection import drop, hold
from sandbox.faults import Faults, Kind


class Dropped(Exception):
    """A fault ends the connection without an answer, ``after_ms`` milliseconds later."""

    def __init__(self, after_ms: int = 0) -> None:
        super().__init__(after_ms)
        self.after_ms = after_ms

    async def carry_out(self, scope: HTTPScope, receive: Receive) -> None:
        await hold(receive, self.after_ms / 1000)
        await drop(scope, receive)


async def suffer(
    faults: Faults, receive: Receive, operation: str, failures: Mapping[Kind, Callable[[], Exception]]
) -> None:
    """Apply the faults that come before the effect.  ``failures``: the provider's errors, by the fault's kind."""
    if hit := await faults.drawn(Kind.LATENCY, operation):
        await asyncio.sleep(hit.ms / 1000)
    for kind, failure in failures.items():
        if await faults.drawn(kind, operation):
            raise failure()
    if await faults.drawn(Kind.RESET, operation):
        raise Dropped
    if hit := await faults.drawn(Kind.HANG, operation):
        # An idempotency key stays locked as long as the client keeps the connection, as at the provider.
        await hold(receive, hit.ms / 1000)
        raise Dropped
