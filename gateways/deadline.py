"""The total deadline of a provider call, and whether its request had begun to leave when it ended.

Timeouts of HTTP libraries are per read, so a server that sends a byte a second holds a call for ever.
This one bounds the whole: the wait for a connection, every request of the call, the last byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


class DeadlinePassed(Exception):
    """``sent``: a request had begun to leave, so it may have had its effect."""

    def __init__(self, seconds: float, *, sent: bool) -> None:
        super().__init__(f"no complete answer within {seconds:g} s")
        self.sent = sent


class Journey:
    """How far the requests of one call have come."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent = False


_journey: ContextVar[Journey | None] = ContextVar("journey", default=None)


async def within(deadline: timedelta, call: Awaitable[T]) -> T:
    """Await ``call`` for at most ``deadline``, then cancel it and raise :class:`DeadlinePassed`."""
    seconds = deadline.total_seconds()
    journey = Journey()
    reset = _journey.set(journey)
    try:
        async with asyncio.timeout(seconds) as limit:
            return await call
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise DeadlinePassed(seconds, sent=journey.sent) from error
    finally:
        _journey.reset(reset)


def anything_sent() -> bool:
    """True once a request of the present call has begun to leave; true too where nobody watches."""
    journey = _journey.get()
    return journey is None or journey.sent


async def watch(request: httpx.Request) -> None:
    """A request hook for ``httpx.AsyncClient``: tells the present call when its bytes begin to leave."""
    request.extensions = {**request.extensions, "trace": _trace}


async def _trace(event: str, _info: dict[str, Any]) -> None:
    journey = _journey.get()
    if journey is not None and event.endswith("send_request_headers.started"):
        journey.sent = True
