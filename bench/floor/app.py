"""Four routes that take what ours take and say what ours said, without auth and without a database.

What the framework does for ours it does here: it routes, reads and decodes the body, encodes the answer, sends it.
The answers are files in ``FLOOR_ANSWERS``, taken from ours before the rounds begin.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post

from bench.bodies import NewJob, NewPayment
from domain.marketplace.jobs.read import FullJob, ListedJob


class Page(msgspec.Struct, frozen=True):
    items: list[ListedJob]
    next_cursor: str | None


class Payment(msgspec.Struct, frozen=True):
    id: str
    booking_id: str
    provider: str
    amount_minor: int
    currency: str
    status: str
    client_secret: str | None
    next_action_url: str | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    settled_at: datetime | None


class Received(msgspec.Struct, frozen=True):
    received: bool
    new: bool


_answers = Path(os.environ["FLOOR_ANSWERS"])
_page = msgspec.json.decode((_answers / "cached").read_bytes(), type=Page)
_posted = msgspec.json.decode((_answers / "posts").read_bytes(), type=FullJob)
_payment = msgspec.json.decode((_answers / "payments").read_bytes(), type=Payment)
_received = msgspec.json.decode((_answers / "webhooks").read_bytes(), type=Received)
_location = {"Location": f"/payments/{_payment.id}"}


@get("/health/ready")
async def ready() -> dict[str, str]:
    return {"status": "ok"}


@get("/jobs")
async def jobs() -> Page:
    return _page


@post("/jobs")
async def post_job(data: NewJob) -> FullJob:  # noqa: ARG001 - asking for it makes it decode the body
    return _posted


@post("/payments", status_code=202)
async def payments(data: NewPayment) -> Response[Payment]:  # noqa: ARG001 - asking for it makes it decode the body
    return Response(_payment, status_code=202, headers=_location)


@post("/webhooks/stripe", status_code=200)
async def webhooks(request: Request[Any, Any, Any]) -> Received:
    await request.body()
    return _received


app = Litestar(route_handlers=[ready, jobs, post_job, payments, webhooks], openapi_config=None)
