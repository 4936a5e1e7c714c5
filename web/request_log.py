"""The request's log line, its metrics, its correlation id and its services: one ASGI layer around everything.

The line is one struct, encoded once and written together with others: a chain of processors cost a request 16 %.
"""

from __future__ import annotations

import asyncio
import atexit
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from runtime.metrics import Counter, Histogram
from web import correlation
from web.services import KEY, Services
from web.throttles import RATE_LIMIT

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SECONDS = Histogram("http_request_seconds", "Time to answer a request", ["method", "route", "status"], buckets=BUCKETS)
LOGIN_FAILED = Counter("authentication_failed_total", "Logins refused", ["reason"])
Write = Callable[[bytes], object]
GATHER_S = 0.005


class Line(msgspec.Struct):
    timestamp: datetime
    event: str
    method: str
    path: str
    route: str
    status: int
    duration_ms: float
    correlation_id: str
    account: str = ""
    level: str = "info"
    role: str = "web"


class Gathered:
    """Writes the lines of five milliseconds in one call: each call releases the interpreter lock, and the database's
    thread would take the lock in the middle of a request.  Serves one event loop; writes the remaining lines at exit.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lines: list[bytes] = []
        atexit.register(self.flush)

    def __call__(self, line: bytes) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHER_S, self.flush)
        self._lines.append(line)

    def flush(self) -> None:
        if self._lines:
            self._write(b"".join(self._lines))
            self._lines.clear()


def to_stderr(lines: bytes) -> None:
    sys.stderr.buffer.write(lines)
    sys.stderr.buffer.flush()


NO_STORE = (b"cache-control", b"no-store")
PRIVATE = (b"cache-control", b"private, no-cache")


def _caching(scope: Any, headers: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Return the caching headers: nobody stores tokens, and only the client caches answers to an account."""
    if scope["path"].startswith("/auth/"):
        return (NO_STORE,)
    if "handwork.account" in scope and all(name.lower() != b"cache-control" for name, _ in headers):
        return (PRIVATE,)
    return ()


class RequestLog:
    """Logs and measures each request, and answers HEAD wherever a route answers GET.

    ``route`` in the line and the metric is the template (``/jobs/{job_id}``), so that ids make no series."""

    def __init__(self, app: ASGIApp, services: Services, write: Write | None = None) -> None:
        self._app = app
        self._services = services
        self._clock = services.clock
        self._write = write or Gathered(to_stderr)
        self._encoder = msgspec.json.Encoder()
        self._series: dict[tuple[str, str, int], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, started = self._clock(), time.perf_counter()
        chosen = correlation.begin(scope)
        header = (correlation.HEADER, chosen.encode())
        status = 500
        method = scope["method"]
        # HEAD is a GET whose answer has no body; the copy leaves uvicorn's scope unchanged.
        asked: Any = {**scope, "method": "GET"} if method == "HEAD" else scope
        asked[KEY] = self._services

        async def answer(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = message["headers"]
                message["headers"] = [*kept, header, *asked.get(RATE_LIMIT, ()), *_caching(asked, kept)]
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(asked, receive, answer)
        finally:
            self._note(asked, method, status, chosen, began, time.perf_counter() - started)

    def _note(self, scope: Any, method: str, status: int, chosen: str, began: datetime, seconds: float) -> None:
        route = scope.get("path_template") or "unmatched"
        series = self._series.get((method, route, status))
        if series is None:
            series = SECONDS.labels(method, route, str(status))
            self._series[method, route, status] = series
        series.observe(seconds)
        line = Line(
            timestamp=began + timedelta(seconds=seconds),  # less the duration, it is exactly the begin
            event="request",
            method=method,
            path=scope["path"],
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            correlation_id=chosen,
            account=scope.get("handwork.account", ""),
        )
        self._write(self._encoder.encode(line) + b"\n")
