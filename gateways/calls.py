"""Record the HTTP requests of one provider call, so that its attempt can store them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

import httpx

from domain.platform.outbox.calls import ProviderCall

MOST = 20
"""The most requests that one attempt stores; a call that reads a long list makes more."""
LONGEST = 120
REQUEST_IDS = ("request-id", "x-message-id")
"""The headers with a provider's id of the request: Stripe's and SendGrid's."""


class _Record:
    __slots__ = ("_began", "_began_at", "calls")

    def __init__(self, began_at: datetime, calls: list[ProviderCall]) -> None:
        self._began_at = began_at
        self._began = time.perf_counter()
        self.calls = calls

    def add(self, request: httpx.Request, began: float, answer: httpx.Response | None, error: str | None) -> None:
        if len(self.calls) == MOST:
            return
        named = (answer.headers.get(name) for name in REQUEST_IDS) if answer is not None else ()
        call = ProviderCall(
            at=self._began_at + timedelta(seconds=began - self._began),
            method=request.method,
            host=request.url.host,
            path=request.url.path[:LONGEST],
            ms=round((time.perf_counter() - began) * 1000, 1),
            status=answer.status_code if answer is not None else None,
            id=next((found[:LONGEST] for found in named if found), None),
            error=error,
        )
        self.calls.append(call)


_record: ContextVar[_Record | None] = ContextVar("record", default=None)


@contextmanager
def recorded(began_at: datetime, calls: list[ProviderCall]) -> Iterator[None]:
    """Append every request that is sent in this block to ``calls``; ``began_at`` is the time now."""
    reset = _record.set(_Record(began_at, calls))
    try:
        yield
    finally:
        _record.reset(reset)


class RecordingClient(httpx.AsyncClient):
    """A client that adds each request to the record of the current call, however the request ends."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        record = _record.get()
        if record is None:
            return await super().send(request, **options)
        began = time.perf_counter()
        try:
            answer = await super().send(request, **options)
        except BaseException as error:  # a cancelled request may have had its effect, too
            record.add(request, began, None, type(error).__name__)
            raise
        record.add(request, began, answer, None)
        return answer
