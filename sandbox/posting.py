"""Post webhooks: when they are due, how often they are retried, and over which connections.

The connections are persistent, at httpx's lowest cost: its client and its pool cost more than a charge.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeVar

import httpx

from sandbox.faults import Faults, Kind

S = TypeVar("S")
STATES = ("pending", "delivered", "lost", "given_up")
ANSWER_WITHIN_S = 10.0
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[S]):
    """Where events go, and the ``secret`` that signs them.  The first pause is ``retry_ms``; it doubles up to
    ``cap_ms``."""

    url: str
    secret: S
    retry_ms: int
    cap_ms: int

    def again_at(self, first_at: int, now: int, attempt: int, give_up_after: int) -> int | None:
        """Return when to retry after the ``attempt``-th failure, or None for never; all times are in milliseconds."""
        at = now + min(self.retry_ms * 2 ** min(attempt - 1, 40), self.cap_ms)
        return at if at - first_at <= give_up_after else None


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def wake_or_pause(wake: asyncio.Event, seconds: float | None) -> None:
    """Wait until ``wake`` is set, at most for so many seconds; None for no limit."""
    with suppress(TimeoutError):
        await asyncio.wait_for(wake.wait(), seconds)


def deliveries_of(faults: Faults, event_type: str, now: int) -> list[tuple[str, int]]:
    """Draw the faults of an event, and return its deliveries, each with its state and when it is due."""
    if faults.draw(Kind.WEBHOOK_LOSE, event_type):
        return [("lost", now)]
    due = now
    if hit := faults.draw(Kind.WEBHOOK_DELAY, event_type):
        due += hit.ms
    if hit := faults.draw(Kind.WEBHOOK_REORDER, event_type):
        due += int(hit.ms * hit.chance)
    again = faults.draw(Kind.WEBHOOK_DUPLICATE, event_type)
    return [("pending", due), *([("pending", due + again.ms)] if again else [])]


def state_after(answer: str, next_at: int | None) -> str:
    """Return the state of a delivery after an attempt.  ``answer``: a status, or the name of an error."""
    return "delivered" if answer.startswith("2") else "given_up" if next_at is None else "pending"


class Lanes:
    """One connection for each concurrent post, reused for later ones; the caller limits how many run at once.

    httpx's pool checks each of its connections three times for every request, so each connection here has its own pool.
    """

    def __init__(self) -> None:
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._free: list[httpx.AsyncHTTPTransport] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections, after the last post has ended."""
        while self._free:
            await self._free.pop().aclose()

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        """Return the status of the answer, or the name of the error when there is none in time."""
        lane = self._free.pop() if self._free else httpx.AsyncHTTPTransport(verify=self._tls, limits=_ONE)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                answer = await lane.handle_async_request(httpx.Request("POST", url, headers=headers, content=body))
                try:
                    await answer.aread()
                finally:
                    await answer.aclose()
            return str(answer.status_code)
        except (httpx.HTTPError, TimeoutError) as error:
            return type(error).__name__
        finally:
            self._free.append(lane)
