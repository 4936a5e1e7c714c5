"""An HTTP client that retries a request without an answer, with the same idempotency key, as every client should."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from cli.demo.timings import Timing

GIVE_UP_S = 150.0
PAUSE_S = 0.2
TOO_MANY, CONFLICT = 429, 409
NO_ANSWER = (httpx.TransportError, httpx.TimeoutException)


class GaveUp(Exception):
    """The platform did not answer a request in ``GIVE_UP_S`` seconds of retries."""


class UnexpectedAnswer(Exception):
    """The platform answered with a status that the demo does not expect."""


class Client:
    """Sends requests, keeps their times, and counts the attempts that failed and were repeated (``unanswered``).

    ``web_is_starting``: requests before the first answer wait for the web tier to start.
    """

    def __init__(
        self, url: str, transport: httpx.AsyncBaseTransport | None = None, *, web_is_starting: bool = False
    ) -> None:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        # The platform is on this machine, so the client ignores the proxy settings of the environment.
        self._http = httpx.AsyncClient(base_url=url, timeout=30.0, limits=limits, transport=transport, trust_env=False)
        self.timings: list[Timing] = []
        self._web_is_starting = web_is_starting
        self.unanswered = 0
        self.open_requests = 0

    async def close(self) -> None:
        await self._http.aclose()

    async def post(
        self, path: str, body: Mapping[str, Any] | None, *, token: str = "", key: str = "", expect: int | Sequence[int]
    ) -> dict[str, Any]:
        headers = _headers(token, {"Idempotency-Key": key} if key else {})
        answer, _ = await self._send("POST", path, headers, timed=True, json=body)
        return _expected(answer, expect)

    async def step(self, path: str, body: Mapping[str, Any] | None = None, *, token: str, expect: int = 200) -> None:
        """Send a request that can succeed only once and takes no key; after a lost answer, 409 means success."""
        answer, was_lost = await self._send("POST", path, _headers(token, {}), timed=True, json=body)
        if not (was_lost and answer.status_code == CONFLICT):
            _expected(answer, expect)

    async def get(self, path: str, *, token: str = "", wait_s: int = 0) -> dict[str, Any]:
        headers = _headers(token, {"Prefer": f"wait={wait_s}"} if wait_s else {})
        answer, _ = await self._send("GET", path, headers, timed=not wait_s)
        return _expected(answer, 200)

    async def submit_form(self, url: str, fields: Mapping[str, str]) -> None:
        """Post a form as a person's browser does on a provider's page, which may redirect to ours."""
        answer, _ = await self._send("POST", url, {}, timed=False, data=fields)
        if not answer.is_redirect:
            answer.raise_for_status()

    async def _send(
        self, method: str, path: str, headers: dict[str, str], *, timed: bool, **body: Any
    ) -> tuple[httpx.Response, bool]:
        """Send a request until its answer is neither a 5xx nor a 429; return it, and whether an attempt failed."""
        deadline, was_lost = time.monotonic() + GIVE_UP_S, False
        while time.monotonic() < deadline:
            started, beside, lost = time.perf_counter(), self.open_requests, self.unanswered
            web_was_starting = self._web_is_starting
            answer = await self._try(method, path, headers, body)
            if answer is None or answer.status_code >= 500:
                was_lost, pause = True, PAUSE_S
                self.unanswered += 1
            elif answer.status_code == TOO_MANY:
                pause = float(answer.headers["retry-after"])
            else:
                self._web_is_starting = False
                if timed:
                    seconds = time.perf_counter() - started
                    timing = Timing(method, path, seconds, beside, web_was_starting, self.unanswered > lost)
                    self.timings.append(timing)
                return answer, was_lost
            await asyncio.sleep(pause)
        raise GaveUp(f"{method} {path}: no answer in {GIVE_UP_S:.0f} s")

    async def _try(
        self, method: str, path: str, headers: dict[str, str], body: dict[str, Any]
    ) -> httpx.Response | None:
        self.open_requests += 1
        try:
            return await self._http.request(method, path, headers=headers, **body)
        except NO_ANSWER:
            return None
        finally:
            self.open_requests -= 1


def _headers(token: str, more: dict[str, str]) -> dict[str, str]:
    return {**({"Authorization": f"Bearer {token}"} if token else {}), **more}


def _expected(answer: httpx.Response, status: int | Sequence[int]) -> dict[str, Any]:
    if answer.status_code not in ((status,) if isinstance(status, int) else status):
        raise UnexpectedAnswer(
            f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
        )
    body: dict[str, Any] = answer.json()
    return body
