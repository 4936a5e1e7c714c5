"""An HTTP client that behaves as a good one must: it repeats what got no answer, with the same key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx

GIVE_UP_S = 150.0
PAUSE_S = 0.2
TOO_MANY = 429
NO_ANSWER = (httpx.TransportError, httpx.TimeoutException)


class GaveUp(Exception):
    """No answer in two and a half minutes of trying."""


class UnexpectedAnswer(Exception):
    """An answer that the story has no place for."""


class Client:
    """Counts its requests' times (seconds), and how many got no answer and were repeated."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        self._http = httpx.AsyncClient(base_url=url, timeout=30.0, limits=limits)
        self.seconds: list[float] = []
        self.unanswered = 0
        self.open_requests = 0

    async def close(self) -> None:
        await self._http.aclose()

    async def post(
        self, path: str, body: Mapping[str, Any] | None, *, token: str = "", key: str = "", expect: int
    ) -> dict[str, Any]:
        headers = _headers(token, {"Idempotency-Key": key} if key else {})
        answer = await self._send("POST", path, headers, body, timed=True)
        return _expected(answer, expect)

    async def get(self, path: str, *, token: str = "", wait_s: int = 0) -> dict[str, Any]:
        headers = _headers(token, {"Prefer": f"wait={wait_s}"} if wait_s else {})
        return _expected(await self._send("GET", path, headers, None, timed=not wait_s), 200)

    async def _send(
        self, method: str, path: str, headers: dict[str, str], body: Mapping[str, Any] | None, *, timed: bool
    ) -> httpx.Response:
        """Until there is an answer that is not our server's own failure."""
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            started, pause = time.perf_counter(), PAUSE_S
            self.open_requests += 1
            try:
                answer = await self._http.request(method, path, headers=headers, json=body)
            except NO_ANSWER:
                self.unanswered += 1
            else:
                if answer.status_code == TOO_MANY:
                    pause = float(answer.headers["retry-after"])
                elif answer.status_code < 500:
                    if timed:
                        self.seconds.append(time.perf_counter() - started)
                    return answer
                else:
                    self.unanswered += 1
            finally:
                self.open_requests -= 1
            await asyncio.sleep(pause)
        raise GaveUp(f"{method} {path}: no answer in {GIVE_UP_S:.0f} s")


def _headers(token: str, more: dict[str, str]) -> dict[str, str]:
    return {**({"Authorization": f"Bearer {token}"} if token else {}), **more}


def _expected(answer: httpx.Response, status: int) -> dict[str, Any]:
    if answer.status_code != status:
        raise UnexpectedAnswer(
            f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
        )
    body: dict[str, Any] = answer.json()
    return body
