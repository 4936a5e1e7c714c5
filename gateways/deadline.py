"""Bound a provider call by a total deadline, and note whether a request had begun to leave when the call ended.

The timeouts of HTTP libraries are per read, so a server that sends a byte a second holds a call for ever.
This deadline covers the whole call: the wait for a connection, every request, the last byte.
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
    """The call did not end within its deadline.  ``sent``: a request had begun to leave and may have had its effect."""

    def __init__(self, seconds: float, *, sent: bool) -> None:
        super().__init__(f"no complete answer within {seconds:g} s")
        self.sent = sent


class Journey:
    """Whether a request of one call has begun to leave."""

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
    """Return whether a request of the current call has begun to leave; also True outside of ``within``."""
    journey = _journey.get()
    return journey is None or journey.sent


async def watch(request: httpx.Request) -> None:
    """Trace the request, so that the current call notes when its bytes begin to leave; a hook of ``AsyncClient``."""
    request.extensions = {**request.extensions, "trace": _trace}


async def _trace(event: str, _info: dict[str, Any]) -> None:
    journey = _journey.get()
    if journey is not None and event.endswith("send_request_headers.started"):
        journey.sent = True
