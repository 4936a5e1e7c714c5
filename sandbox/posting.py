"""Post over persistent connections at httpx's lowest cost: its client and its pool cost more than a charge."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import httpx

_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


class Lanes:
    """One connection for each concurrent post, reused for later ones; the caller limits how many run at once.

    httpx's pool checks each of its connections three times for every request, so each connection here has its own pool.
    """

    def __init__(self, answer_within_s: float) -> None:
        self._within_s = answer_within_s
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

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Return the status of the answer; ``httpx.HTTPError`` or ``TimeoutError`` when there is none in time."""
        lane = self._free.pop() if self._free else httpx.AsyncHTTPTransport(verify=self._tls, limits=_ONE)
        try:
            async with asyncio.timeout(self._within_s):
                answer = await lane.handle_async_request(httpx.Request("POST", url, headers=headers, content=body))
                try:
                    await answer.aread()
                finally:
                    await answer.aclose()
            return answer.status_code
        finally:
            self._free.append(lane)
