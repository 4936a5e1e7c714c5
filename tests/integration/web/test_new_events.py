"""The first time an event comes it is new, and any other time it is not: whatever is in it, and whoever comes too."""

from __future__ import annotations

import asyncio

from tests.integration.web.conftest import Site
from tests.stripe_webhooks import event_body, signature

SHAPES = (
    lambda name: f'{{"id": "{name}", "type": "charge.succeeded", "data": {{"object": {{}}}}}}'.encode(),
    lambda name: f'{{"id": "{name}", "type": "charge.succeeded"}}'.encode(),
    lambda name: event_body(name, created="now"),
    lambda name: event_body(name, created=10**15),
    lambda name: event_body(name, data={"object": {"metadata": {"payment_id": "pay_1"}}}),
    lambda name: event_body(name),
)
ROUNDS, TWICE = 20, 2


async def test_one_of_two_at_once_is_told_that_it_is_new(site: Site) -> None:
    async def sent(body: bytes) -> bool:
        answer = await site.webhook(body, signature(body, site.clock()))
        assert answer.status_code == 200
        new: bool = answer.json()["new"]
        return new

    for n in range(ROUNDS):
        bodies = [shape(f"evt_{n}_{i}") for i, shape in enumerate(SHAPES)]
        alone = [await sent(body) for body in bodies] if n % 2 else []
        found = await asyncio.gather(*(sent(body) for body in bodies for _ in range(TWICE)))
        pairs = list(zip(found[::TWICE], found[1::TWICE], strict=True))
        assert alone in ([], [True] * len(SHAPES))
        assert {sum(pair) for pair in pairs} == {0 if alone else 1}
