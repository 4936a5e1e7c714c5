"""Stripe's side of a conversation that is written down beforehand: no network, the real SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs

import httpx

from gateways.deadline import watch
from gateways.stripe.cards import StripeCards
from gateways.stripe.client import StripeApi

SECOND = timedelta(seconds=1)
Answer = httpx.Response | Exception
T = TypeVar("T")


def answer(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(status, content=content, headers={k.replace("_", "-"): v for k, v in headers.items()})


class CannedStripe:
    """Gives its answers in order, and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        trace = request.extensions.get("trace")
        given = self._answers.pop(0)
        if trace is not None and not isinstance(given, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
            await trace("http11.send_request_headers.started", {})
        if isinstance(given, Exception):
            raise given
        return given

    def form(self, index: int) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.requests[index].content.decode()).items()}

    def query(self, index: int) -> dict[str, str]:
        return dict(self.requests[index].url.params)


def converse(stripe: CannedStripe, talk: Callable[[StripeCards], Coroutine[Any, Any, T]]) -> T:
    """Run ``talk`` against the canned answers; every answer must be used."""

    async def run() -> T:
        http = httpx.AsyncClient(transport=httpx.MockTransport(stripe), event_hooks={"request": [watch]})
        cards = StripeCards(StripeApi("sk_test_1", "http://127.0.0.1/", http))
        try:
            return await talk(cards)
        finally:
            await cards.close()

    found = asyncio.run(run())
    assert not stripe._answers
    return found
