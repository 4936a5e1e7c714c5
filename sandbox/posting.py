"""Post over kept connections, as cheaply as httpx can: its client and its pool cost more than a charge does."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import httpx

_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


class Lanes:
    """A connection for each post that is under way, kept for the next; as many as the caller lets fly at once.

    httpx's pool looks at every connection it has for every request, three times; here each has a pool of its own.
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
        """When nothing is under way any more."""
        while self._free:
            await self._free.pop().aclose()

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; ``httpx.HTTPError`` or ``TimeoutError`` when there is none in time."""
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
