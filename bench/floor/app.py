"""Three routes that take what ours take and say what ours said, without auth and without a database.

The answers are files in ``FLOOR_ANSWERS``, taken from ours before the rounds begin.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get, post

_answers = Path(os.environ["FLOOR_ANSWERS"])
_jobs = (_answers / "jobs").read_bytes()
_payment = (_answers / "payments").read_bytes()
_webhook = (_answers / "webhooks").read_bytes()
_JSON = "application/json"


@get("/health/ready")
async def ready() -> Response[bytes]:
    return Response(b"{}", media_type=_JSON)


@get("/jobs")
async def jobs() -> Response[bytes]:
    return Response(_jobs, media_type=_JSON)


@post("/payments", status_code=202)
async def payments(request: Request[Any, Any, Any]) -> Response[bytes]:
    await request.body()
    return Response(_payment, media_type=_JSON, headers={"Location": "/payments/pay_0000000000000000000000000"})


@post("/webhooks/stripe", status_code=200)
async def webhooks(request: Request[Any, Any, Any]) -> Response[bytes]:
    await request.body()
    return Response(_webhook, media_type=_JSON)


app = Litestar(route_handlers=[ready, jobs, payments, webhooks], openapi_config=None)
