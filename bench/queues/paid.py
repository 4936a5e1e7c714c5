"""The same wait in a whole payment: from the request's moment to the attempt's, as our own rows say."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import literal, select

from bench.contenders import Contender, World
from bench.databases import Databases
from bench.ours import ours
from bench.queues.times import Times, paced, wait_until
from bench.seed.rows import Size, client_of, made_id
from bench.targets import CouldNotRun
from bench.tokens import client_tokens
from domain.payments.work import Submit
from domain.platform.outbox.tables import attempt, outbox
from domain.schema.types import to_micros
from runtime.database import open_database

_OURS = (attempt.c.outbox_id == outbox.c.id, attempt.c.n == literal(1), outbox.c.task == literal(Submit.task))
_waits = select(outbox.c.created_at, attempt.c.started_at).where(*_OURS).order_by(attempt.c.started_at)


def starts(folder: Path, broker_url: str, *, rate: int, seconds: int) -> Times:
    """Web, relay, workers and sandbox at work; a second of warming up is left out."""
    size = Size(jobs=1_000, bookings=rate * (seconds + 1) + 1)
    world = World(folder / "paid", size, Databases(folder / "paid"))
    with ours(world, broker_url, with_stack=True) as contender:
        count = _pay(contender, rate, seconds + 1)
        with closing(open_database(world.databases.url("ours"))) as database:
            begun = partial(database.read, lambda connection: connection.run(_waits).all())
            wait_until(lambda: len(begun()), count, "payments were begun")
            return [(to_micros(accepted) * 1000, to_micros(began) * 1000) for accepted, began in begun()][rate:]


def _pay(contender: Contender, rate: int, seconds: int) -> int:
    tokens = client_tokens(contender.world.jwt_secret)
    numbers = iter(range(rate * seconds))
    with httpx.Client(base_url=f"http://127.0.0.1:{contender.port}", timeout=10, trust_env=False) as http:

        def pay() -> None:
            n = next(numbers)
            headers = {"Authorization": f"Bearer {tokens[client_of(n)]}", "Idempotency-Key": f"paid-{n}"}
            body = {"booking_id": made_id("bkg", n), "provider": "stripe", "payment_method": "pm_card_visa"}
            answer = http.post("/payments", json=body, headers=headers)
            if answer.status_code != httpx.codes.ACCEPTED:
                raise CouldNotRun(f"POST /payments answered {answer.status_code}: {answer.text[:300]}")

        return paced(rate, seconds, pay)
